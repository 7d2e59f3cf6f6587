/** What the file system means when it says no, in the words of a report. */
import type { RefusalCode } from '@tuesday/protocol';

export interface DiskTrouble {
  readonly code: Extract<RefusalCode, 'no-space' | 'read-only' | 'stage-failed'>;
  /** One sentence, at most 200 characters. */
  readonly because: string;
}

/** Error numbers of a file system (errno(3)) by what a technician has to do. Those of a network are not here. */
const CODES: Readonly<Record<string, DiskTrouble['code']>> = {
  ENOSPC: 'no-space',
  EDQUOT: 'no-space',
  EROFS: 'read-only',
  EACCES: 'read-only',
  EPERM: 'read-only',
  EIO: 'stage-failed',
  EUCLEAN: 'stage-failed',
  ENXIO: 'stage-failed',
  ENODEV: 'stage-failed',
  ENOENT: 'stage-failed',
  ENOTDIR: 'stage-failed',
  EISDIR: 'stage-failed',
  EMFILE: 'stage-failed',
  ENFILE: 'stage-failed',
};

/** @returns undefined when the error does not come from a file system */
export function diskTroubleOf(error: unknown): DiskTrouble | undefined {
  const { code, message } = error as NodeJS.ErrnoException;
  const known = CODES[code ?? ''];
  return known && { code: known, because: `The disk does not take a write: ${message}`.slice(0, 200) };
}
