/** Two organisations with everything that an organisation can have, of the same names wherever names may be the same. */
import { randomBytes } from 'node:crypto';
import { type OperatorClient, operatorClient, roleSchema } from '@tuesday/protocol';
import type { Context } from '../../context.ts';
import { manifestOf, publishTwo } from '../../http/operator/testing/control-plane.ts';
import { report } from '../../testing/fleet.ts';
import { addPerson, type TestPerson } from '../../testing/people.ts';
import { post } from '../../testing/server.ts';
import { addToken, type TestInstallation } from './installation.ts';

/** What somebody outside must neither reach nor hear of. */
export interface Belongings {
  readonly organisation: string;
  readonly fleet: string;
  readonly person: string;
  readonly invited: string;
  readonly session: string;
  readonly token: string;
  readonly passkey: string;
  readonly device: string;
  readonly version: string;
  readonly rollout: string;
  readonly approval: string;
  readonly delegation: string;
  readonly glass: string;
  readonly channel: string;
  /** A code that it has written down, and nobody else has. */
  readonly code: string;
  readonly hook: string;
  readonly incident: string;
  readonly hypothesis: string;
  readonly recovery: string;
}

export interface TestOrganisation {
  readonly has: Belongings;
  readonly context: Context;
  readonly base: string;
  readonly person: TestPerson;
  /** Secret of a token with all roles. */
  readonly token: string;
  readonly deviceToken: string;
  readonly fleetKey: string;
}

/**
 * @param word stands in every name, note and reason of it
 * @param version a release that no other organisation has
 */
export async function addOrganisation(
  place: TestInstallation,
  name: string,
  word: string,
  version: string,
): Promise<TestOrganisation> {
  const { url, clock } = place;
  const fleet = `${name}-north`;
  const person = (who: string) => `${name}-${who}`;
  await place.first.call('createOrganisation', {
    body: {
      organisation: name,
      name: word,
      fleet,
      admin: { name: person('admin'), display: word, email: `${word}@example.com` },
    },
  });
  const context = await place.contextOf(fleet);
  const base = `${url}/fleets/${fleet}`;
  const vera = await addPerson({ context, url: base }, person('vera'), roleSchema.options);
  const tim = await addPerson({ context, url: base }, person('tim'), ['approver', 'operator']);
  const passkey = await addPasskey(context, vera.name, word);
  const { secret, token } = await addToken(context, `${name}-token-${word}`);
  const client = operatorClient(base, secret, fetch);
  await publishTwo({ client, clock });
  await client.call('createRelease', { body: manifestOf(version, { wayBack: '3.2.5', notes: word }) });
  const because = `because ${word}`;
  const { fleetKey } = await client.call('createFleetKey', { body: { because } });
  const { device, deviceToken } = await enrolOne(base, fleetKey, `${name}-device`, word);
  const body = { name: word, release: '3.2.5', stages: [{ share: 1, soak: '24h' }] };
  const { rollout } = await vera.client.call('createRollout', { body });
  await client.call('holdDevice', { params: { device }, body: { because } });
  await client.call('addTickets', { body: { tickets: [{ ticket: word, code: '0x45', device }] } });
  const { policy } = await client.call('viewPolicy');
  // What a fleet explains to everybody would be heard by everybody.
  const codes = { ...policy.codes, supportPage: false };
  await client.call('setPolicy', { body: { policy: { ...policy, codes }, because } });
  const code = `0x${version.replaceAll('.', '')}`;
  const ids = await addPapers({ clock, word, code, rollout, device, vera, tim, client });
  return {
    has: {
      organisation: name,
      fleet,
      person: vera.name,
      invited: person('admin'),
      session: vera.principal.session ?? '',
      token,
      passkey,
      device,
      version,
      rollout,
      ...ids,
    },
    context,
    base,
    person: vera,
    token: secret,
    deviceToken,
    fleetKey,
  };
}

async function enrolOne(base: string, fleetKey: string, device: string, word: string) {
  const body = JSON.stringify({ protocol: 1, device, hardware: 'th-2' });
  const { text } = await post({ url: base }, '/device/v1/enrol', fleetKey, body);
  const { token: deviceToken } = JSON.parse(text) as { token: string };
  const health = { ok: false, failing: word };
  const said = report({ environment: { broker: word }, errors: ['0x45'], health });
  const { status } = await post({ url: base }, '/device/v1/check-in', deviceToken, JSON.stringify(said));
  if (status !== 200) throw new Error(`${device} could not check in: ${status}`);
  return { device, deviceToken };
}

async function addPasskey({ db }: Context, person: string, label: string): Promise<string> {
  const passkey = randomBytes(16).toString('base64url');
  await db
    .insertInto('installation.passkeys')
    .values({
      passkey,
      person,
      public_key: randomBytes(32),
      counter: 0,
      label,
      created_at: 0,
      last_used_at: null,
    })
    .execute();
  return passkey;
}

interface Papers {
  readonly clock: TestInstallation['clock'];
  readonly word: string;
  readonly code: string;
  readonly rollout: string;
  readonly device: string;
  readonly vera: TestPerson;
  readonly tim: TestPerson;
  readonly client: OperatorClient;
}

/** What people ask of each other. Each code counts once, so time goes on in between. */
async function addPapers({ clock, word, code, rollout, device, vera, tim, client }: Papers) {
  const because = `because ${word}`;
  const now = clock.now();
  const params = { rollout };
  const rotations = [{ name: word, people: [vera.name], from: '2026-11-23' }];
  await client.call('setRoster', { body: { roster: { zone: 'UTC', rotations }, because } });
  await vera.client.call('acknowledgeWatch', { params, body: {} });
  const { approval } = await vera.client.call('requestApproval', { params, body: { because } });
  const { delegations } = await vera.client.call('delegate', {
    body: { to: tim.name, from: now, until: now + 86_400_000 },
  });
  clock.time += 30_000;
  const { glass } = await vera.client.call('breakGlass', {
    body: { act: 'unhold', object: device, because, factor: vera.factor() },
  });
  const { channel } = await client.call('addChannel', {
    body: { name: word, to: { by: 'webhook', url: `https://${word}.example.com/hook` } },
  });
  await client.call('addTickets', { body: { tickets: [{ ticket: `${word} 2`, code }] } });
  await client.call('documentCode', { params: { code }, body: { title: word, meaning: word, because } });
  const { hook } = await client.call('addTicketHook', {
    body: { name: word, desk: 'freshdesk', secret: `${word} ${'x'.repeat(32)}` },
  });
  const { incident } = await client.call('openIncident', { body: { title: word, code, because } });
  const told = { params: { incident }, body: { text: word } };
  await client.call('noteIncident', told);
  const { hypotheses } = await client.call('addHypothesis', told);
  const { recovery } = await client.call('planRecovery', {
    body: { title: word, devices: [device], release: '3.2.5', because },
  });
  return {
    incident,
    recovery,
    hypothesis: hypotheses[0]?.hypothesis ?? '',
    approval,
    delegation: delegations[0]?.delegation ?? '',
    glass,
    channel: channel.channel,
    code,
    hook: hook.hook,
  };
}
