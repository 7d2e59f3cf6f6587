/** Headers from the disk. */
import { readFile, stat } from 'node:fs/promises';
import { UsageFault } from '../failures.ts';
import { type Extraction, extractCodes, type Header } from './header/extract.ts';

const LARGEST = 4 * 1_048_576;

export interface Wanted {
  /** Beginnings of the names of codes; empty: every name. */
  readonly prefix?: readonly string[];
  /** Names that are none, such as the count at the end of an enum. */
  readonly except?: readonly string[];
}

/** @throws UsageFault when one of them cannot be read, or is over 4 MiB */
export async function extractFrom(
  files: readonly string[],
  { prefix = [], except = [] }: Wanted,
): Promise<Extraction> {
  const headers: Header[] = [];
  for (const file of files) headers.push({ file, text: await readHeader(file) });
  return extractCodes(
    headers,
    (name) => !except.includes(name) && (prefix.length === 0 || prefix.some((one) => name.startsWith(one))),
  );
}

async function readHeader(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size <= LARGEST) return await readFile(file, 'utf8');
  } catch (cause) {
    throw new UsageFault(`${file}: cannot be read: ${(cause as Error).message}`);
  }
  throw new UsageFault(`${file}: is larger than ${LARGEST} bytes; give the header that declares the codes`);
}
