/** Fills an audit log and reads its export, for tests. */
import { isRefused } from '@tuesday/protocol';
import { type Broken, ExportVerifier, type Intact } from '@tuesday/trust';
import type { Context } from '../../context.ts';
import { appendAudit, type AuditEntry } from '../append.ts';
import { exportAudit } from '../export.ts';

type Parts = Pick<Context, 'db' | 'clock' | 'config' | 'organisation' | 'fleet'>;

const alice = { label: 'alice', person: 'alice', origin: '192.0.2.7', factor: 'totp' } as const;

export async function append({ db, clock }: Parts, change: Partial<AuditEntry> = {}): Promise<void> {
  await db.transaction().execute((trx) =>
    appendAudit(trx, {
      at: clock.now(),
      actor: alice,
      verb: 'rollout.halt',
      object: 'rollout r-1',
      because: 'smoke',
      before: { phase: 'soaking', share: 0.1 },
      after: { phase: 'halted' },
      ...change,
    }),
  );
}

/** As the token of the first run gets it. */
export async function exportedText(parts: Parts): Promise<string> {
  const actor = { label: 'operator', person: null, origin: '127.0.0.1', factor: null };
  const answer = await exportAudit(parts, {
    actor,
    organisation: parts.organisation,
    roles: ['admin'],
    installation: true,
    session: null,
    token: 't',
  });
  if (isRefused(answer)) throw new Error(answer.refused.because);
  if (typeof answer.file === 'string') return answer.file;
  let text = '';
  for await (const part of answer.file) text += part;
  return text;
}

export function verifyText(text: string, pinned?: readonly string[]): Intact | Broken {
  const verifier = new ExportVerifier(pinned);
  verifier.push(Buffer.from(text));
  return verifier.end();
}
