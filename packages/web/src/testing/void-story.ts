/** Entries of the log about what counted once: a signature under an old list, and a request that another replaced. */
import type { AuditEntryView } from '@tuesday/protocol';
import { HALF_SIGNED } from './release-story.ts';
import { NINE } from './story.ts';
import { entry } from './time-story.ts';

const HOUR = 3_600_000;

const [alice] = HALF_SIGNED.signatures.have;
const signed = (seq: number, name: string, keyid: string): AuditEntryView =>
  entry(seq, NINE - seq * HOUR, {
    actor: name,
    person: name,
    verb: 'release.sign',
    object: 'release 3.2.6',
    because: `signed by ${name}`,
    after: { keyid, targetsVersion: 11, payload: 'd'.repeat(64) },
  });

export const VOID = {
  signed: [signed(2, 'alice', alice?.keyid ?? ''), signed(3, 'carol', 'c'.repeat(64))],
  voided: [
    entry(5, NINE, {
      verb: 'approval.void',
      object: 'approval a-41',
      because: 'another request took its place',
    }),
  ],
} as const;
