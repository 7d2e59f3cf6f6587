/** Output of processes, line by line. */
import type { Readable } from 'node:stream';

/** Longest line that is kept, characters; what never ends a line must not fill the memory. */
const LINE_LIMIT = 8_192;

export function eachLine(stream: Readable, take: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8').on('data', (piece: string) => {
    const lines = (rest + piece).split('\n');
    rest = (lines.pop() ?? '').slice(0, LINE_LIMIT);
    for (const line of lines) take(line.slice(0, LINE_LIMIT));
  });
  stream.on('end', () => {
    if (rest !== '') take(rest);
  });
}
