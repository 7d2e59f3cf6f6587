/** Does the file say what the firmware can raise, all of it and nothing else? */
import { undocumentedCodes } from '@tuesday/protocol';
import type { CheckedFile } from './check-file.ts';
import type { Extraction, Finding } from './header/extract.ts';
import type { Raised } from '@tuesday/protocol/files';

/** @param file of the codes, as it is shown */
export function compareWithHeaders(
  file: string,
  { codes }: CheckedFile,
  { codes: extracted }: Extraction,
): Finding[] {
  const raised = new Set(extracted.map(({ code }) => code));
  const undocumented = extracted
    .filter(({ code }) => !codes.has(code))
    .map(({ file: header, line, name, code }) => ({
      file: header,
      line,
      message: `${name} is ${code}, which ${file} does not document`,
    }));
  const unraised = [...codes]
    .filter(([code]) => !raised.has(code))
    .map(([code, { line }]) => ({ file, line, message: `${code} is in none of the headers` }));
  return [...undocumented, ...unraised];
}

/** Most codes that one line names. */
const NAMED = 20;

export function compareWithRaises(
  file: string,
  { codes }: CheckedFile,
  raises: string,
  raised: readonly Raised[],
): Finding[] {
  const documented = [...codes.keys()];
  const missing = raised.flatMap(({ range, line }) => {
    const { codes: names, more } = undocumentedCodes([range], documented, NAMED);
    if (names.length === 0) return [];
    const rest = more === 0 ? '' : `, and ${more} more`;
    return [
      { file: raises, line, message: `${range}: ${file} does not document ${names.join(', ')}${rest}` },
    ];
  });
  const ranges = raised.map(({ range }) => range);
  const unraised = [...codes]
    .filter(([code]) => !isWithin(code, ranges))
    .map(([code, { line }]) => ({ file, line, message: `${code} is in none of the ranges of ${raises}` }));
  return [...missing, ...unraised];
}

function isWithin(code: string, ranges: readonly string[]): boolean {
  const value = Number(code);
  return ranges.some((range) => {
    const [from, to = from] = range.split('-').map(Number);
    return from !== undefined && to !== undefined && from <= value && value <= to;
  });
}
