/** Takes over the root of trust that people made offline, once. */
import {
  type InstallTrustRequest,
  type Instant,
  isRefused,
  type OrRefused,
  refuse,
  type Refusal,
  type TrustView,
} from '@tuesday/protocol';
import { headOf, keyPairOf, type KeyPair, roleKeys, targetsOf, verifyFirstTrust } from '@tuesday/trust';
import type { Actor } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import { LABELS, latest, lockTrust, renewOnline, store } from './metadata.ts';
import { type OnlineRole, sealOnlineKey } from './seal.ts';
import { viewTrust } from './view-trust.ts';

export async function installTrust(
  context: Pick<Context, 'db' | 'clock' | 'config' | 'fleet'>,
  actor: Actor,
  request: InstallTrustRequest,
): Promise<OrRefused<TrustView>> {
  const { db, clock } = context;
  const now = clock.now();
  const keys = checkTrust(request, now);
  if (isRefused(keys)) return keys;
  const refused = await db.transaction().execute(async (trx): Promise<Refusal | undefined> => {
    await lockTrust(trx);
    if (await latest(trx, 'root'))
      return refuse('trust-already-installed', 'this server has a root of trust already');
    await store(trx, 'root', request.root);
    await store(trx, 'targets', request.targets);
    for (const role of ['snapshot', 'timestamp'] as const) {
      const sealed = sealOnlineKey(context, role, keys[role]);
      await trx.insertInto('trust_online_keys').values({ role, keyid: keys[role].keyid, sealed }).execute();
    }
    await trx
      .insertInto('settings')
      .values({ key: LABELS, value: JSON.stringify(request.labels) })
      .execute();
    await renewOnline(trx, context, now);
    await appendAudit(trx, {
      at: now,
      actor,
      verb: 'trust.install',
      object: 'trust',
      because: 'the root of trust is installed',
      after: { root: headOf(request.root), targets: headOf(request.targets), labels: request.labels },
    });
    return undefined;
  });
  return refused ? { refused } : viewTrust(context);
}

/** Everything that can be judged without the database. */
function checkTrust(request: InstallTrustRequest, now: Instant): OrRefused<Record<OnlineRole, KeyPair>> {
  const valid = verifyFirstTrust(request.root, request.targets);
  if (isRefused(valid)) return valid;
  for (const role of ['root', 'targets'] as const) {
    const { expires } = headOf(request[role]);
    if (!(Date.parse(expires) > now))
      return no('metadata-expired', `the ${role} metadata expired at ${expires}`, role);
    const offline = Object.keys(roleKeys(request.root, role).keys);
    const online = Object.values(request.online).find(({ keyid }) => offline.includes(keyid));
    if (online) return no('metadata-invalid', `an online key may not sign ${role}`, 'root');
  }
  if (targetsOf(request.targets).length > 0)
    return no(
      'metadata-invalid',
      'the first targets list artifacts that this server does not have',
      'targets',
    );
  const snapshot = checkOnline(request, 'snapshot');
  if (isRefused(snapshot)) return snapshot;
  const timestamp = checkOnline(request, 'timestamp');
  return isRefused(timestamp) ? timestamp : { snapshot, timestamp };
}

function checkOnline({ root, online }: InstallTrustRequest, role: OnlineRole): OrRefused<KeyPair> {
  const field = `online.${role}`;
  let pair: KeyPair;
  try {
    pair = keyPairOf(online[role].privateKeyPem);
  } catch {
    return no(
      'bad-request',
      `the ${role} key is not an Ed25519 private key in PEM`,
      `${field}.privateKeyPem`,
    );
  }
  if (pair.keyid !== online[role].keyid)
    return no('bad-request', `the ${role} key has another id than the one given`, `${field}.keyid`);
  if (!(pair.keyid in roleKeys(root, role).keys))
    return no('unknown-key', `root does not list the given ${role} key`, field);
  return pair;
}

function no(code: Refusal['code'], because: string, field: string): { refused: Refusal } {
  return { refused: refuse(code, because, { field }) };
}
