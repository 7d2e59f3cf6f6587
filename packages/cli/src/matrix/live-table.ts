/** What happens in the cells, as it happens: a table that stays in its place on a terminal, lines elsewhere. */
import type { CellReport } from '@tuesday/protocol';
import { cellName, type Progress } from '@tuesday/matrix';
import { colour, say } from '../output.ts';

/** @param stream where it is shown; data goes elsewhere */
export function liveTable(stream: NodeJS.WriteStream = process.stderr): (progress: Progress) => void {
  return stream.isTTY ? onTerminal(stream) : inLines();
}

function inLines(): (progress: Progress) => void {
  let names: string[] = [];
  return (progress) => {
    if (progress.is === 'asking') say(`asking ${progress.value} what it is`);
    if (progress.is === 'cells') {
      names = progress.cells.map(cellName);
      say(`${names.length} cells, ${progress.done.size} of them done before`);
    }
    if (progress.is === 'done') say(`${names[progress.cell]}: ${endOf(progress.report)}`);
  };
}

function onTerminal(stream: NodeJS.WriteStream): (progress: Progress) => void {
  const rows: Array<{ name: string; state: string }> = [];
  let drawn = 0;
  const draw = () => {
    const width = Math.max(...rows.map(({ name }) => name.length));
    // What is far down would scroll away and could not be drawn over.
    const shown = rows.slice(0, Math.max(1, (stream.rows ?? 24) - 2));
    const lines = shown.map(({ name, state }) =>
      `${name.padEnd(width)}  ${state}`.slice(0, stream.columns ?? 80),
    );
    if (drawn > 0) stream.write(`\u001B[${drawn}A`);
    stream.write(lines.map((line) => `\u001B[2K${line}\n`).join(''));
    drawn = lines.length;
  };
  return (progress) => {
    if (progress.is === 'asking') return say(`asking ${progress.value} what it is`);
    if (progress.is === 'cells')
      rows.push(
        ...progress.cells.map((cell, index) => {
          const report = progress.done.get(index);
          return { name: cellName(cell), state: report ? `${endOf(report)} (before)` : 'waiting' };
        }),
      );
    const row = 'cell' in progress ? rows[progress.cell] : undefined;
    if (row && progress.is === 'step') row.state = `${progress.step} …`;
    if (row && progress.is === 'done') row.state = endOf(progress.report);
    draw();
  };
}

function endOf({ result, because }: CellReport): string {
  const { green, red, yellow } = colour();
  const word = { passed: green('passed'), failed: red('failed'), 'not-run': yellow('not run') }[result];
  return `${word}: ${because}`;
}
