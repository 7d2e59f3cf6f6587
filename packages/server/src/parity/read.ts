/** What was tested of a release against what the fleet runs now. */
import { type Duration, type Instant, type ReleaseManifest, toMillis } from '@tuesday/protocol';
import { type ParityReading, readParity } from '@tuesday/rollout';
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';
import { countDevices, countsBy, readSpellings } from '../inventory/counts.ts';
import { readInForce } from '../policy/policy.ts';
import { readAttested } from './attested.ts';

export type Tested = Pick<ReleaseManifest, 'version' | 'stagingSoak'>;

export async function readParityOf(
  db: Kysely<Database>,
  release: Tested,
  now: Instant,
): Promise<ParityReading> {
  const { policy } = await readInForce(db, now);
  const { parity: rules } = policy;
  const names = rules.dimensions.map(({ name }) => name);
  // Nobody asks: the tables are not read.
  const asked = names.length > 0;
  const devices = asked ? await countDevices(db) : 0;
  const spellings = asked ? await readSpellings(db, names) : [];
  const attested = asked ? await readAttested(db, release.version, rules.dimensions) : [];
  return readParity({
    release: release.version,
    devices,
    counts: countsBy(rules.dimensions, spellings, devices),
    attested,
    rules,
    soakMillis: Math.max(toMillis(rules.soak), millisOf(release.stagingSoak)),
    maxAgeMillis: toMillis(rules.maxAge),
    now,
  });
}

const millisOf = (duration: Duration | undefined) => (duration === undefined ? 0 : toMillis(duration));
