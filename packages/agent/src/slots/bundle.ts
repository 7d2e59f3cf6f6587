/**
 * The bundle that the process slots take: one file that is both the label and the program.
 *
 * The first line is `//tuesday-bundle ` and a JSON object on the same line; the rest is an ES module without
 * imports from outside of Node. There is nothing to unpack, so no path in it can lead anywhere, and the file
 * runs as it is, because the first line is a comment.
 */
import { hardwareSchema, versionSchema } from '@tuesday/protocol';
import * as z from 'zod';

const PREFIX = '//tuesday-bundle ';

/** Longest first line, bytes. */
export const BUNDLE_HEADER_LIMIT = 4_096;

const bundleHeaderSchema = z.looseObject({ version: versionSchema, hardware: hardwareSchema });
export type BundleHeader = z.infer<typeof bundleHeaderSchema>;

/** @param program source of an ES module */
export function makeBundle(header: BundleHeader, program: string): Buffer {
  return Buffer.from(`${PREFIX}${JSON.stringify(header)}\n${program}`, 'utf8');
}

/**
 * @param start the first `BUNDLE_HEADER_LIMIT` bytes, or all when there are fewer
 * @returns undefined when it is no bundle
 */
export function readBundleHeader(start: Buffer): BundleHeader | undefined {
  const end = start.indexOf(0x0a);
  const line = start.toString('utf8', 0, end < 0 ? 0 : end);
  if (!line.startsWith(PREFIX)) return undefined;
  try {
    return bundleHeaderSchema.safeParse(JSON.parse(line.slice(PREFIX.length))).data;
  } catch {
    return undefined;
  }
}
