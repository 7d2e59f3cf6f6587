/**
 * Processes that cannot outlive us. Each child is started by a guard, a shell of its own that holds the reading end of
 * a pipe to us. When we end, however we end, the kernel closes the pipe, and the guard ends everything that carries the
 * child's mark in its environment, daemons that went their own way included. Needs Linux, for /proc.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** Name of the environment variable that marks what we started. */
export const MARK = 'TUESDAY_MATRIX_MARK';

/**
 * $1 the mark, $2 a command that cleans up (may be empty), $3… the child. Descriptor 3 is the pipe; the child has a
 * standard input of its own, because whoever makes one that is shared non-blocking makes it so for all.
 *
 * The child is found by its mark, over and over: it may be starting others while it is ended, and a process shows no
 * mark in the moment in which it becomes another program. What it and its guard would say about that is nobody's output.
 */
const GUARD = `
mark=$1 clean=$2; shift 2
exec 4<&0 </dev/null
sweep() {
  quiet=0
  for round in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    found=$(grep -lszxF "${MARK}=$mark" /proc/[0-9]*/environ)
    [ -n "$found" ] && quiet=0 || quiet=$((quiet + 1))
    [ "$quiet" -lt 3 ] || break
    for file in $found; do pid=\${file#/proc/}; kill -KILL "\${pid%/environ}"; done
    sleep 0.03
  done
  [ -z "$clean" ] || sh -c "$clean" >/dev/null </dev/null
}
env "${MARK}=$mark" "$@" <&4 3<&- 4<&- &
child=$!
exec 2>/dev/null 4<&-
( while read -r line; do :; done <&3; kill -KILL "$child"; sweep ) >/dev/null &
reader=$!
exec 3<&-
wait "$child"; code=$?
sweep
kill -KILL "$reader"
exit "$code"
`;

/** For what is still in the pipes when the guard has ended, milliseconds: a stranger may hold them open for ever. */
const DRAIN_MILLIS = 1_000;

export interface Guarded {
  /** Of the guard; its child is below it. */
  readonly pid: number;
  readonly mark: string;
  /** Resolves when guard and child have ended: the exit code, or 128 and more for a signal. */
  readonly ended: Promise<number>;
  readonly output: NonNullable<ChildProcess['stdout']>;
  readonly errors: NonNullable<ChildProcess['stderr']>;
  /** Ends child and guard, as a loss of power would. */
  kill(): Promise<void>;
}

export interface GuardedCommand {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** A shell command for what does not end with its processes, such as a container. */
  readonly cleanUp?: string;
}

/** @throws Error when no shell can be started */
export function startGuarded(command: GuardedCommand): Guarded {
  const mark = randomUUID();
  const guard = spawn('/bin/sh', ['-c', GUARD, 'guard', mark, command.cleanUp ?? '', ...command.argv], {
    cwd: command.cwd,
    env: { ...command.env },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    // Not in our group: a Ctrl-C is ours to answer, in order.
    detached: true,
  });
  const pipe = guard.stdio[3] as Writable;
  const [, output, errors] = guard.stdio;
  // The guard and its child may be gone before the pipes are closed.
  for (const stream of [pipe, guard.stdin]) stream.on('error', () => undefined);
  const ended = endOf(guard);
  ended.catch(() => undefined);
  if (guard.pid === undefined) throw new Error('no shell can be started to guard a process');
  return {
    pid: guard.pid,
    mark,
    ended,
    output,
    errors,
    async kill() {
      pipe.end();
      await ended;
    },
  };
}

async function endOf(guard: ChildProcess): Promise<number> {
  const closed = once(guard, 'close');
  closed.catch(() => undefined);
  const [code] = (await once(guard, 'exit')) as [number | null];
  const late = once(AbortSignal.timeout(DRAIN_MILLIS), 'abort');
  await Promise.race([closed, late]);
  guard.stdout?.destroy();
  guard.stderr?.destroy();
  return code ?? 137;
}
