/** What a firmware can raise: a YAML list of codes and ranges, or the header that declares them. */
import { releaseManifestSchema } from '@tuesday/protocol';
import { type Raised, raisedIn } from '@tuesday/protocol/files';
import { openYamlFile } from '../yaml-file.ts';
import { UsageFault } from '../failures.ts';
import type { Finding } from './header/extract.ts';
import { extractFrom, type Wanted } from './read-headers.ts';

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
  const { raised, problems } = raisedIn(await openYamlFile(file));
  return { raised, problems: problems.map((problem) => ({ file, ...problem })) };
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

function isHeader(file: string): boolean {
  return /\.(h|hh|hpp|hxx|inc)$/i.test(file);
}
