/** A CSV file as it comes over the wire: every line that is wrong is named, and nothing is taken when one is. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isRefused, type OrRefused, refuse, type Refusal } from '@tuesday/protocol';
import { CsvError, parse } from 'csv-parse';

const LINES = 100_000;
const BYTES = 32 * 1_048_576;
/** Bytes of one line. */
const LINE_BYTES = 1_048_576;
/** Lines that a refusal names. */
const NAMED = 10;

interface Parsed {
  readonly record: string[];
  readonly info: { readonly lines: number };
}

interface Reading<C, T> {
  readonly delimiter: string;
  /** Which column holds what, from the header. */
  readonly columns: (header: readonly string[]) => OrRefused<C & object>;
  /** @returns the value of a line, or what is wrong with it, without its number */
  readonly take: (record: readonly string[], columns: C, line: number) => T | { readonly wrong: string };
}

export interface Line<T> {
  readonly line: number;
  readonly value: T;
}

export async function readCsv<C, T extends object>(
  body: Readable,
  { delimiter, columns: columnsOf, take: valueOf }: Reading<C, T>,
): Promise<OrRefused<{ lines: Line<T>[] }>> {
  const lines: Line<T>[] = [];
  const wrong: string[] = [];
  let columns: C | undefined;
  const parser = parse({
    bom: true,
    info: true,
    skipEmptyLines: true,
    delimiter,
    maxRecordSize: LINE_BYTES,
  });
  let refused: Refusal | undefined;
  const take = async (records: AsyncIterable<Parsed>) => {
    for await (const { record, info } of records) {
      if (!columns) {
        const found = columnsOf(record);
        if (isRefused(found)) return (refused = found.refused);
        columns = found;
        continue;
      }
      if (lines.length + wrong.length >= LINES) return (refused = tooLarge(`has more than ${LINES} lines`));
      const value = isKept(record)
        ? valueOf(record, columns, info.lines)
        : { wrong: 'holds a character that cannot be kept' };
      if (isWrong(value)) wrong.push(`line ${info.lines}: ${value.wrong}`);
      else lines.push({ line: info.lines, value });
    }
    return undefined;
  };
  try {
    // The request itself is not destroyed when the rest of it is not wanted: the refusal has to reach the sender.
    await pipeline(Readable.from(counted(body.iterator({ destroyOnReturn: false }))), parser, take);
  } catch (cause) {
    // Ending early is an error to the pipeline; what was refused says more.
    refused ??= refusalOf(cause);
  }
  if (refused) return { refused };
  if (!columns) return { refused: refuse('bad-request', 'line 1: the file is empty; expected a header') };
  if (wrong.length > 0) return { refused: wrongLines(wrong) };
  return { lines };
}

const isKept = (record: readonly string[]) =>
  !record.some((one) => one.includes('\0') || !one.isWellFormed());

const isWrong = (value: object): value is { readonly wrong: string } => 'wrong' in value;

/** Ends what is longer than a file may be. */
async function* counted(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    if (bytes > BYTES) throw new TooLarge(`has more than ${BYTES} bytes`);
    yield chunk;
  }
}

class TooLarge extends Error {
  override readonly name = 'TooLarge';
}

function refusalOf(cause: unknown): Refusal {
  if (cause instanceof TooLarge) return tooLarge(cause.message);
  if (!(cause instanceof CsvError)) throw cause;
  if (cause.code === 'CSV_MAX_RECORD_SIZE') return tooLarge(`has a line of more than ${LINE_BYTES} bytes`);
  const line = (cause as { lines?: unknown }).lines;
  const where = typeof line === 'number' ? `line ${line}: ` : '';
  return refuse('bad-request', `${where}${cause.message.slice(0, 300)}`, {
    try: 'write the file as RFC 4180 has it: quotes around what holds a separator or a line end, and "" for a quote',
  });
}

function tooLarge(what: string): Refusal {
  return refuse('too-large', `the file ${what}`, { try: 'divide it; what has come before counts once' });
}

export function wrongLines(wrong: readonly string[]): Refusal {
  const rest = wrong.length > NAMED ? `; and ${wrong.length - NAMED} more` : '';
  const because = `${wrong.slice(0, NAMED).join('; ')}${rest}`.slice(0, 1_000);
  return refuse('bad-request', because, { try: 'mend these lines; nothing of the file was taken' });
}
