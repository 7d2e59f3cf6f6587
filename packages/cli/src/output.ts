/** Data goes to stdout, talk to stderr. Colours only where somebody sees them and NO_COLOR is not set. */
import pc from 'picocolors';

export function colour(stream: NodeJS.WriteStream = process.stderr): ReturnType<typeof pc.createColors> {
  return pc.createColors(stream.isTTY && !process.env['NO_COLOR']);
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value));
}

export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Columns aligned by their widest cell, two spaces apart; the first row is the heading. */
export function table(rows: ReadonlyArray<readonly string[]>): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  }
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** `2026-11-24 09:00:00Z`, or a dash. */
export function time(instant: number | null): string {
  return instant === null
    ? '–'
    : new Date(instant)
        .toISOString()
        .replace('T', ' ')
        .replace(/\.\d{3}/, '');
}

/** `2d 3h`, `4h 5m`, `12s`: the two largest units. */
export function span(millis: number): string {
  const units: Array<[string, number]> = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1_000],
  ];
  const parts: string[] = [];
  let left = Math.max(0, millis);
  for (const [name, size] of units) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) parts.push(`${count}${name}`);
    if (parts.length === 2 || (parts.length === 1 && count === 0)) break;
  }
  return parts.length === 0 ? '0s' : parts.join(' ');
}
