/** What the judge is told about parity. The tick comes twice a second, the fleet changes slowly. */
import type { Instant } from '@tuesday/protocol';
import type { ParitySituation } from '@tuesday/rollout';
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';
import { publishedManifest } from '../releases/published-manifest.ts';
import type { RolloutRow } from '../rollouts/apply.ts';
import { readParityOf } from './read.ts';

const KEPT_MILLIS = 60_000;

interface Known {
  readonly seq: number;
  readonly at: Instant;
  readonly parity: ParitySituation;
}

const kept = new WeakMap<object, Map<string, Known>>();

/**
 * @param owner whoever keeps answers between calls, for instance the database handle
 * @returns undefined when nobody asks: a glass was broken for the start of the rollout
 */
export async function readParitySituation(
  owner: object,
  db: Kysely<Database>,
  { rollout, release, untested_seq: seq, phase }: RolloutRow,
  now: Instant,
): Promise<ParitySituation | undefined> {
  if (seq === 0 || phase === 'recalling') return undefined;
  const mine = kept.get(owner) ?? new Map<string, Known>();
  kept.set(owner, mine);
  const known = mine.get(rollout);
  if (known?.seq === seq && now >= known.at && now < known.at + KEPT_MILLIS) return known.parity;
  const manifest = await publishedManifest(db, release);
  if (!manifest) return undefined;
  const { verdict, because } = await readParityOf(db, manifest, now);
  const parity = { verdict, because };
  mine.set(rollout, { seq, at: now, parity });
  return parity;
}
