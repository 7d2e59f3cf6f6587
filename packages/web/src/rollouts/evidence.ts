/** The six counts of offered devices, in the order in which they are read: good, open, bad. */
import { t } from '@lingui/core/macro';
import type { Evidence } from '@tuesday/protocol';

export type Count = Exclude<keyof Evidence, 'offered'>;

export const COUNTS: ReadonlyArray<{ count: Count; word: string; means: string }> = [
  { count: 'proven', word: t`proven`, means: t`healthy for the whole soak after the reboot` },
  { count: 'installed', word: t`installed`, means: t`runs it, its soak is not over` },
  { count: 'pending', word: t`pending`, means: t`offered, not taken yet` },
  { count: 'silent', word: t`silent`, means: t`past its report deadline without a word` },
  { count: 'rolledBack', word: t`rolled back`, means: t`returned to its other slot by itself` },
  { count: 'failed', word: t`failed`, means: t`reported that it could not take it` },
];

export interface Segment {
  count: Count;
  word: string;
  devices: number;
  /** 0 to 1 of all that is drawn. */
  share: number;
}

/** Only what is not zero; the shares add up to 1, or there is nothing to draw. */
export function segmentsOf(evidence: Evidence): Segment[] {
  const total = sumOf(evidence);
  return COUNTS.filter(({ count }) => evidence[count] > 0).map(({ count, word }) => ({
    count,
    word,
    devices: evidence[count],
    share: evidence[count] / total,
  }));
}

export function sumOf(evidence: Evidence): number {
  return COUNTS.reduce((sum, { count }) => sum + evidence[count], 0);
}

/** "24 proven + 2 pending + 6 rolled back = 32 offered", or the same with ≠ where it is not so. */
export function sumInWords(evidence: Evidence): string {
  const parts = segmentsOf(evidence).map(({ devices, word }) => `${devices} ${word}`);
  const sign = sumOf(evidence) === evidence.offered ? '=' : '≠';
  return t`${parts.join(' + ') || '0'} ${sign} ${evidence.offered} offered`;
}
