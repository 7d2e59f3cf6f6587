/** What a firmware can raise: a YAML list of codes and ranges, or the header that declares them. */
import { codeRangeSchema, releaseManifestSchema } from '@tuesday/protocol';
import { openYamlFile } from '../yaml-file.ts';
import { UsageFault } from '../failures.ts';
import type { Finding } from './header/extract.ts';
import { extractFrom, type Wanted } from './read-headers.ts';

export interface Raised {
  /** `0x45` or `0x40-0x4F`. */
  readonly range: string;
  readonly line: number;
}

/**
 * @returns the ranges with their lines, and what is wrong with the file
 * @throws UsageFault when the file cannot be read at all
 */
export async function openRaises(
  file: string,
  wanted: Wanted,
): Promise<{ raised: Raised[]; problems: readonly Finding[] }> {
  if (isHeader(file)) {
    const { codes, problems } = await extractFrom([file], wanted);
    return { raised: codes.map(({ code, line }) => ({ range: code, line })), problems };
  }
  const { value, lineAt } = await openYamlFile(file);
  if (!Array.isArray(value)) {
    const message = 'expected a list of codes and ranges, for instance - 0x40-0x4F';
    return { raised: [], problems: [{ file, line: lineAt([]), message }] };
  }
  const raised: Raised[] = [];
  const problems: Finding[] = [];
  for (const [index, entry] of (value as unknown[]).entries()) {
    const line = lineAt([index]);
    const parsed = codeRangeSchema.safeParse(rangeOf(entry));
    if (parsed.success) raised.push({ range: parsed.data, line });
    else
      problems.push({ file, line, message: `${index}: ${whyNot(entry, parsed.error.issues[0]?.message)}` });
  }
  return { raised, problems };
}

/** @throws UsageFault with one line a problem */
export async function readRaises(file: string, wanted: Wanted): Promise<string[]> {
  const { raised, problems } = await openRaises(file, wanted);
  if (problems.length > 0)
    throw new UsageFault(...problems.slice(0, 10).map(({ line, message }) => `${file}:${line}: ${message}`));
  const ranges = [...new Set(raised.map(({ range }) => range))];
  const parsed = releaseManifestSchema.shape.raises.safeParse(ranges);
  if (!parsed.success)
    throw new UsageFault(`${file}: ${parsed.error.issues[0]?.message ?? 'cannot be used'}`);
  return parsed.data;
}

/** The output of `codes extract` has entries; whoever writes by hand writes the codes alone. */
function rangeOf(entry: unknown): unknown {
  return typeof entry === 'object' && entry !== null && 'code' in entry ? entry.code : entry;
}

function whyNot(entry: unknown, message = 'is no code'): string {
  return typeof entry === 'number' ? 'is a number; write it in quotes, for instance "0x45"' : message;
}

function isHeader(file: string): boolean {
  return /\.(h|hh|hpp|hxx|inc)$/i.test(file);
}
