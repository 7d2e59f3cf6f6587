/**
 * What is here of one target: the bytes, and beside them a label that says what they are part of and who sent
 * them. A label never stands beside bytes of something else, also not after a power cut.
 */
import { createHash, type Hash } from 'node:crypto';
import { type Disk, realDisk } from '../storage/disk.ts';
import { readJson, removeFile, writeWhole } from '../storage/whole-file.ts';
import * as z from 'zod';

const labelSchema = z.object({
  sha256: z.string(),
  etag: z.string().optional(),
  /** Sources that the bytes came from, oldest first. */
  from: z.array(z.string()).default([]),
  /** All bytes come from one source: mixed ones had the wrong digest before. */
  alone: z.boolean().default(false),
  /** Sources that sent wrong bytes of this target. */
  lied: z.array(z.string()).default([]),
});
type Label = z.infer<typeof labelSchema>;

/** Grows with what comes. */
export interface Part {
  length: number;
  hash: Hash;
  /** Bytes that an earlier process wrote: a power cut may have damaged them. */
  resumed: boolean;
  label: Label;
}

/** What an earlier attempt left, if it is of the same target. */
export async function readPart(
  file: string,
  signed: { readonly length: number; readonly sha256: string },
  disk: Disk,
): Promise<Part> {
  const { sha256 } = signed;
  const known = labelSchema.safeParse(await readJson(`${file}.part.json`, disk)).data;
  if (known?.sha256 !== sha256) await dropDownload(file, disk);
  const label = known?.sha256 === sha256 ? known : { sha256, from: [], alone: false, lied: [] };
  const part: Part = { length: 0, hash: createHash('sha256'), resumed: false, label };
  const size = (await disk.size(file)) ?? 0;
  if (size > signed.length) await startOver(file, part, disk);
  else if (size > 0) {
    for await (const chunk of disk.stream(file)) part.hash.update(chunk);
    Object.assign(part, { length: size, resumed: true });
  }
  return part;
}

/** Nothing is here any more, but what is known about the sources stays, also after a restart. */
export async function startOver(
  file: string,
  part: Part,
  disk: Disk,
  more: Partial<Label> = {},
): Promise<void> {
  forgetBytes(part);
  await removeFile(file, disk);
  const { etag: _, ...label } = part.label;
  part.label = { ...label, ...more, from: [] };
  await writeWhole(`${file}.part.json`, JSON.stringify(part.label), disk);
}

/** The next byte is the first. */
export function forgetBytes(part: Part): void {
  part.length = 0;
  part.hash = createHash('sha256');
  part.resumed = false;
}

/** Before the first byte of a source: durable, so that bytes never stand beside a label that does not fit. */
export async function writeLabel(file: string, part: Part, more: Partial<Label>, disk: Disk): Promise<void> {
  const label = { ...part.label, ...more };
  if (part.length > 0 && JSON.stringify(label) === JSON.stringify(part.label)) return;
  part.label = label;
  await writeWhole(`${file}.part.json`, JSON.stringify(label), disk);
}

/** Throws away what was downloaded, whole or in part. Durable. */
export async function dropDownload(file: string, disk: Disk = realDisk): Promise<void> {
  await removeFile(`${file}.part.json`, disk);
  await removeFile(file, disk);
}
