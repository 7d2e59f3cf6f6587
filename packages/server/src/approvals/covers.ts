/** What a request covers, as it stands now, and its digest. */
import { hash } from 'node:crypto';
import { type OrRefused, refuse, type ReleaseManifest, type Subject } from '@tuesday/protocol';
import type { CoveredRelease, Covers } from '@tuesday/rollout';
import canonicalize from 'canonicalize';
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';
import { readPolicy } from '../policy/policy.ts';

/** SHA-256 of the canonical JSON (RFC 8785). */
export function digestOf(value: object): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('what is to be consented to has no canonical form');
  return hash('sha256', text, 'hex');
}

/**
 * @param kept the covers of the request: a new policy is nowhere else
 * @returns `wrong-phase` or `not-found` when there is nothing left to consent to
 */
export async function coversNow(
  db: Kysely<Database>,
  subject: Subject,
  object: string,
  kept?: Record<string, unknown>,
): Promise<OrRefused<Covers>> {
  switch (subject) {
    case 'rollout':
    case 'recall':
      return coversOfRollout(db, subject, object);
    case 'unhold':
      return coversOfHold(db, object);
    case 'policy': {
      const proposed = kept as unknown as Extract<Covers, { subject: 'policy' }>;
      return { ...proposed, before: await readPolicy(db) };
    }
    default:
      return subject satisfies never;
  }
}

async function coversOfRollout(
  db: Kysely<Database>,
  subject: 'rollout' | 'recall',
  rollout: string,
): Promise<OrRefused<Covers>> {
  const row = await db.selectFrom('rollouts').selectAll().where('rollout', '=', rollout).executeTakeFirst();
  if (!row) return { refused: refuse('not-found', `there is no rollout ${rollout}`) };
  const wanted = subject === 'rollout' ? 'draft' : 'completed';
  if (row.phase !== wanted)
    return { refused: refuse('wrong-phase', `rollout ${rollout} is ${row.phase}, not ${wanted}`) };
  const release = await coveredRelease(db, row.release);
  const wayBack = await coveredRelease(db, row.way_back);
  const policy = await readPolicy(db);
  return subject === 'rollout'
    ? { subject, rollout, release, wayBack, plan: row.plan, policy, rehearsal: row.rehearsal }
    : { subject, rollout, seq: row.seq, release, wayBack, policy };
}

async function coveredRelease(db: Kysely<Database>, version: string): Promise<CoveredRelease> {
  const { manifest } = await db
    .selectFrom('releases')
    .select('manifest')
    .where('version', '=', version)
    .executeTakeFirstOrThrow();
  return { version, manifest: digestOf(manifest satisfies ReleaseManifest), artifacts: manifest.artifacts };
}

async function coversOfHold(db: Kysely<Database>, device: string): Promise<OrRefused<Covers>> {
  const row = await db.selectFrom('devices').select('held').where('device', '=', device).executeTakeFirst();
  if (!row) return { refused: refuse('not-found', `there is no device ${device}`) };
  if (row.held === null) return { refused: refuse('wrong-phase', `device ${device} is not held`) };
  return { subject: 'unhold', device, held: row.held, policy: await readPolicy(db) };
}
