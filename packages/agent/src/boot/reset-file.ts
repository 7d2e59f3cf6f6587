/** Why the machine started, as its own start found out and wrote down for the agent. */
import * as z from 'zod';
import type { ResetReason } from '../core/types.ts';
import { type Disk, realDisk } from '../storage/disk.ts';

const reasonSchema = z.enum([
  'asked',
  'user',
  'brown-out',
  'watchdog',
  'panic',
  'unknown',
]) satisfies z.ZodType<ResetReason>;

/** @returns `unknown` when there is no file, or another word in it: a reason only ever helps */
export async function readResetReason(file: string | undefined, disk: Disk = realDisk): Promise<ResetReason> {
  const text = file === undefined ? undefined : await disk.read(file);
  return reasonSchema.safeParse(text?.toString('utf8').trim()).data ?? 'unknown';
}
