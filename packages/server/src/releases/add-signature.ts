/** Adds one person's signature; the last one that is needed publishes. */
import { hash } from 'node:crypto';
import { isRefused, type OrRefused, refuse, type Refusal, type ReleaseView } from '@tuesday/protocol';
import {
  assemble,
  countValidSignatures,
  roleKeys,
  type Signature,
  verifyMetadata,
  verifySignature,
} from '@tuesday/trust';
import type { Kysely } from 'kysely';
import type { Actor } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import { documentRelease } from '../codes/document-release.ts';
import { type Context, notify } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { labelOf, labelsOf, lockTrust, renewOnline, store } from '../trust/metadata.ts';
import { loadForSigning } from './signing.ts';
import { viewRelease } from './view-release.ts';

type Parts = Pick<Context, 'db' | 'clock' | 'config' | 'fleet'>;

export async function addSignature(
  context: Parts,
  actor: Actor,
  version: string,
  given: Signature & { targetsVersion: number },
): Promise<OrRefused<ReleaseView>> {
  const refused = await context.db.transaction().execute((trx) => sign(trx, context, actor, version, given));
  return refused ? { refused } : viewRelease(context, version);
}

async function sign(
  trx: Kysely<Database>,
  parts: Parts,
  actor: Actor,
  version: string,
  { keyid, sig, targetsVersion }: Signature & { targetsVersion: number },
): Promise<Refusal | undefined> {
  await lockTrust(trx);
  const ready = await loadForSigning(trx, version);
  if (isRefused(ready)) return ready.refused;
  const { row, targets, root } = ready;
  const { payload } = row;
  if (
    payload === null ||
    row.targets_version !== targets.version + 1 ||
    targetsVersion !== row.targets_version
  )
    return refuse(
      'stale-signing',
      `the targets are at version ${targets.version} now; this signs ${targetsVersion}`,
    );
  const labels = await labelsOf(trx);
  const have = row.signatures as Signature[];
  const repeated = have.find(
    (other) => other.keyid === keyid || labels[other.keyid] === (labels[keyid] ?? keyid),
  );
  if (repeated) return refuse('same-key', `${labelOf(labels, keyid)} has signed ${version} already`);
  const valid = verifySignature(root.body, 'targets', payload, keyid, sig);
  if (isRefused(valid)) return valid.refused;

  const signatures = [...have, { keyid, sig }];
  const publishes =
    countValidSignatures(root.body, 'targets', payload, signatures) >=
    roleKeys(root.body, 'targets').threshold;
  const at = parts.clock.now();
  await trx
    .updateTable('releases')
    .set({
      signatures: JSON.stringify(signatures),
      ...(publishes ? { state: 'published', published_at: at } : {}),
    })
    .where('version', '=', version)
    .execute();
  if (publishes) {
    const metadata = assemble(payload, signatures);
    const verified = verifyMetadata(root.body, 'targets', metadata);
    if (isRefused(verified)) throw new Error(`what was signed does not verify: ${verified.refused.because}`);
    await store(trx, 'targets', metadata);
    await renewOnline(trx, parts, at);
    await documentRelease(trx, row.manifest, at);
    await notify(trx, { kind: 'offers' });
  }
  await appendAudit(trx, {
    at,
    actor,
    verb: publishes ? 'release.publish' : 'release.sign',
    object: `release ${version}`,
    because: `signed by ${labelOf(labels, keyid)}`,
    after: { keyid, targetsVersion, payload: hash('sha256', payload, 'hex') },
  });
  return undefined;
}
