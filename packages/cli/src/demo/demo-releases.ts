/** The two releases of the incident, published by two people. Every step asks the server what is done already. */
import { createHash } from 'node:crypto';
import {
  type OperatorClient,
  RefusedByServer,
  type ReleaseManifestInput,
  type ReleaseView,
} from '@tuesday/protocol';
import { thermostatBundle, THERMOSTATS } from '@tuesday/simulator';
import { signPayload } from '@tuesday/trust';
import { type DemoTrust, PEOPLE, type Person } from './demo-keys.ts';

const ABOUT: Readonly<Record<string, Omit<ReleaseManifestInput, 'version' | 'artifacts'>>> = {
  '3.2.4': { notes: 'What the fleet runs.' },
  '3.2.5': {
    wayBack: '3.2.4',
    notes: 'Mends a critical bug of 3.2.4. New MQTT client library.',
    errorCodes: [
      {
        code: '0x45',
        title: 'Network stack out of sockets',
        meaning:
          'The thermostat has lost its connection and restarts. It returns to its earlier firmware by itself within minutes; nothing needs to be done.',
        failsHealth: true,
      },
    ],
  },
};

/** @param say hears of each step that was not done before */
export async function publishDemoRelease(
  client: OperatorClient,
  keys: DemoTrust,
  version: string,
  say: (line: string) => void,
): Promise<void> {
  let release = await findOrCreate(client, version, say);
  if (release.state === 'published') return;
  for (const hardware of release.missingArtifacts) {
    const body = new Uint8Array(await thermostatBundle(version, hardware));
    release = await client.call('uploadArtifact', { params: { version, hardware }, body });
  }
  for (const person of PEOPLE) {
    if (release.state === 'published') break;
    if (release.signatures.have.some((key) => key.label === person)) continue;
    release = await sign(client, keys, version, person);
    say(`${person} signed ${version} (${release.signatures.have.length} of ${release.signatures.need})`);
  }
  say(`${version} is ${release.state}`);
}

async function findOrCreate(
  client: OperatorClient,
  version: string,
  say: (line: string) => void,
): Promise<ReleaseView> {
  try {
    return await client.call('viewRelease', { params: { version } });
  } catch (error) {
    if (!(error instanceof RefusedByServer) || error.refusal.code !== 'not-found') throw error;
  }
  const artifacts = await Promise.all(
    THERMOSTATS.map(async (hardware) => {
      const bytes = await thermostatBundle(version, hardware);
      return { hardware, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
    }),
  );
  say(`release ${version} for ${THERMOSTATS.join(' and ')}`);
  return client.call('createRelease', { body: { version, artifacts, ...ABOUT[version] } });
}

/** Signs what the server serves, after seeing that it adds this release and changes nothing else. */
async function sign(
  client: OperatorClient,
  keys: DemoTrust,
  version: string,
  person: Person,
): Promise<ReleaseView> {
  const { payload, targetsVersion, adds } = await client.call('viewSigning', { params: { version } });
  const foreign = adds.find(({ target }) => !target.startsWith(`${version}/`));
  if (foreign) throw new Error(`the payload of ${version} adds ${foreign.target}`);
  const key = await keys.key(person);
  const { keyid, sig } = signPayload(payload, key);
  return client.call('addSignature', { params: { version }, body: { keyid, sig, targetsVersion } });
}
