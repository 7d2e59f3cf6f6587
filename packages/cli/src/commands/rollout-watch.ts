/** `rollout watch`: the rollout again whenever it changes. */
import { stripVTControlCharacters } from 'node:util';
import { type Clock, type RolloutView, rolloutViewSchema, wallClock } from '@tuesday/protocol';
import type { Command } from 'commander';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { does, leaf } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { EndsWith } from '../failures.ts';
import { print, printJson, say, time } from '../output.ts';
import { changeLine, rolloutLines } from '../rollout-words.ts';
import { clientOf, reach, type Session } from '../session.ts';

/** Real milliseconds between attempts after the stream broke. */
const RETRY = [500, 1_000, 2_000, 4_000, 8_000];

export function rolloutWatch(): Command {
  return does(
    leaf('watch <rollout>', 'Follow a rollout live until it is over', [
      'rollout watch r1',
      'rollout watch r1 --json | jq .because',
    ]),
    async ({ session, flags }, rollout) => {
      const code = await follow(session(), rollout, painter(flags.json === true), wallClock());
      if (code !== EXIT.ok) throw new EndsWith(code);
    },
  );
}

const ENDS: Readonly<Record<RolloutView['phase'], ExitCode | undefined>> = {
  draft: undefined,
  scheduled: undefined,
  soaking: undefined,
  watching: undefined,
  recalling: undefined,
  halted: EXIT.halted,
  recalled: EXIT.halted,
  completed: EXIT.ok,
  cancelled: EXIT.ok,
};

/** The end of a rollout, as an exit code; undefined while it goes on. */
export function endOf({ phase }: RolloutView): ExitCode | undefined {
  return ENDS[phase];
}

/** A broken stream is taken up again; five failures in a row end it. */
async function follow(
  session: Session,
  rollout: string,
  paint: (view: RolloutView) => void,
  clock: Clock,
): Promise<ExitCode> {
  for (let attempt = 0; ; attempt++) {
    try {
      for await (const view of views(session, rollout)) {
        attempt = 0;
        paint(view);
        const end = endOf(view);
        if (end !== undefined) return end;
      }
    } catch (error) {
      if (RETRY[attempt] === undefined || !isBroken(error)) throw error;
    }
    const pause = RETRY[attempt];
    if (pause === undefined) throw new Error('the stream ends again and again');
    say('the stream ended; connecting again');
    await clock.sleep(pause);
  }
}

/** What the network did, as opposed to what the server said. */
function isBroken(error: unknown): boolean {
  return (
    error instanceof TypeError || (error instanceof Error && error.message.endsWith('cannot be reached'))
  );
}

async function* views(session: Session, rollout: string): AsyncGenerator<RolloutView> {
  const client = clientOf(session);
  const params = { rollout };
  const response = await reach(client.url('watchRollout', { params }), {
    headers: { authorization: `Bearer ${session.token}`, accept: 'text/event-stream' },
  });
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    // The plain view refuses for the same reason, in the server's words.
    await client.call('viewRollout', { params });
    throw new Error(`the server answered ${response.status}`);
  }
  const events = response.body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream());
  for await (const { data } of events) {
    const view = rolloutViewSchema.safeParse(parseJson(data));
    if (view.success) yield view.data;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function painter(json: boolean): (view: RolloutView) => void {
  if (json) return printJson;
  if (!process.stdout.isTTY) {
    let said = '';
    return (view) => {
      const line = changeLine(view);
      if (line !== said) print(`${time(view.now)}  ${line}`);
      said = line;
    };
  }
  let height = 0;
  return (view) => {
    const width = process.stdout.columns;
    const lines = rolloutLines(view).flatMap((line) => wrap(line, width));
    process.stdout.write(`${height > 0 ? `\u001B[${height}A` : ''}\u001B[0J${lines.join('\n')}\n`);
    height = lines.reduce((rows, line) => rows + rowsOf(line, width), 0);
  };
}

/** Rows of the terminal that a line takes: painted lines may be longer than it is wide. */
function rowsOf(line: string, width: number): number {
  return width > 0 ? Math.max(1, Math.ceil(stripVTControlCharacters(line).length / width)) : 1;
}

/** Only plain text is wrapped: a painted line keeps its colours and its length. */
function wrap(line: string, width: number): string[] {
  if (line.includes('\u001B') || line.length <= width || width < 20) return [line];
  const lines: string[] = [''];
  for (const word of line.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}
