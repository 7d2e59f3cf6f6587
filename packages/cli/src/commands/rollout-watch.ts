/** `rollout watch`: the rollout again whenever it changes. */
import { stripVTControlCharacters } from 'node:util';
import { type Clock, type RolloutView, rolloutViewSchema, wallClock } from '@tuesday/protocol';
import type { Command } from 'commander';
import { does, leaf } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { followEvents } from '../event-stream.ts';
import { EndsWith } from '../failures.ts';
import { print, printJson, time } from '../output.ts';
import { changeLine, rolloutLines } from '../rollout-words.ts';
import { clientOf, type Session } from '../session.ts';

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

async function follow(
  session: Session,
  rollout: string,
  paint: (view: RolloutView) => void,
  clock: Clock,
): Promise<ExitCode> {
  const params = { rollout };
  let end: ExitCode | undefined;
  const hear = (data: unknown) => {
    const view = rolloutViewSchema.safeParse(data);
    if (!view.success) return 'more';
    paint(view.data);
    end = endOf(view.data);
    return end === undefined ? 'more' : 'done';
  };
  const no = () => clientOf(session).call('viewRollout', { params });
  await followEvents(session, ['watchRollout', { params }], hear, no, clock);
  return end ?? EXIT.ok;
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
