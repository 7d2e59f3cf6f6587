/**
 * The newest entries of a log that is read in order: whole stretches of time, from now backwards, longer ones
 * while little happened.
 */
import type { AuditEntryView } from '@tuesday/protocol';

export interface Stretch {
  /** Absent: from the beginning. */
  from?: number;
  /** Absent: to the end. */
  until?: number;
  /** Only what comes after this entry; absent: all of the stretch. */
  after?: number;
  limit: number;
}
export type AskStretch = (
  stretch: Stretch,
) => Promise<{ entries: readonly AuditEntryView[]; next: number | null }>;

export interface Newest {
  /** Newest first. */
  entries: readonly AuditEntryView[];
  /** Ask again with this as `until` for older ones; null at the beginning of the log. */
  older: number | null;
}

const ENOUGH = 40;
const MOST = 1_000;
const DAY = 86_400_000;
const LONGER = 8;

/**
 * @param now   the fleet's time
 * @param until half-open end; absent for the first page
 */
export async function newestBefore(ask: AskStretch, now: number, until?: number): Promise<Newest> {
  const found: AuditEntryView[] = [];
  let end = until;
  let span = DAY;
  while (found.length < ENOUGH) {
    const from = (end ?? now) - span;
    const stretch = {
      limit: MOST,
      ...(from > 0 ? { from } : {}),
      ...(end === undefined ? {} : { until: end }),
    };
    const { entries, next } = await ask(stretch);
    if (next !== null && span > 1) {
      // More than a page in it: what is read in order would be its oldest part.
      span = Math.max(1, Math.floor(span / LONGER));
      continue;
    }
    const rest = await following(ask, stretch, next);
    found.push(...[...entries, ...rest].toReversed());
    if (from <= 0) return { entries: found, older: null };
    end = from;
    span *= LONGER;
  }
  return { entries: found, older: end ?? null };
}

/** More than a page in one millisecond: no shorter stretch would hold less. */
async function following(ask: AskStretch, stretch: Stretch, next: number | null): Promise<AuditEntryView[]> {
  const found: AuditEntryView[] = [];
  for (let after = next; after !== null;) {
    const page = await ask({ ...stretch, after });
    found.push(...page.entries);
    after = page.next;
  }
  return found;
}
