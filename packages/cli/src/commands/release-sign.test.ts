import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { refuse, releaseManifestSchema, type ReleaseManifest, type SigningView } from '@tuesday/protocol';
import { addTargets, customOf, openEnvelope, roleKeys, verifySignature } from '@tuesday/trust';
import { beforeAll, afterAll, describe, expect, test } from 'vitest';
import { type Workplace, workplace } from '../testing/run-tuesday.ts';
import { scriptedServer, type ScriptedServer } from '../testing/scripted-server.ts';
import { NOW, releaseView } from '../testing/views.ts';

const SECRET = { TUESDAY_PASSPHRASE: 'correct horse' };
const manifest: ReleaseManifest = releaseManifestSchema.parse({
  version: '3.2.5',
  artifacts: [{ hardware: 'th-2', size: 8, sha256: 'ab'.repeat(32) }],
});
const artifact = manifest.artifacts[0]!;
const path = '3.2.5/th-2.bundle';

let server: ScriptedServer;
let place: Workplace;
let targets: string;
const read = (name: string) => readFileSync(join(place.folder, 'keys', name), 'utf8');

beforeAll(async () => {
  server = await scriptedServer({});
  place = workplace(server);
  await place.tuesday(['keys', 'init', '--dir', 'keys'], SECRET);
  targets = read('targets.json');
  server.files['/device/v1/trust/metadata/1.targets.json'] = targets;
});
afterAll(async () => {
  place[Symbol.dispose]();
  await server[Symbol.asyncDispose]();
});

function signing(change: Partial<SigningView> = {}): SigningView {
  const entry = { path, size: artifact.size, sha256: artifact.sha256, custom: customOf(manifest, artifact) };
  const payload = addTargets(targets, [entry], { now: NOW });
  const adds = [{ target: path, size: artifact.size, sha256: artifact.sha256 }];
  return { version: '3.2.5', targetsVersion: 2, payload, adds, ...change };
}

function sign(view: SigningView, key = 'keys/offline/alice.targets.json', secret = SECRET) {
  server.asked.length = 0;
  server.script = {
    viewSigning: () => view,
    addSignature: () => releaseView(manifest, 1, 'draft'),
  };
  return place.tuesday(['release', 'sign', '3.2.5', '--key', key], secret);
}

describe('signing a release', () => {
  test('shows what it adds, then sends a signature that root accepts', async () => {
    const view = signing();
    const ran = await sign(view);
    expect(ran).toMatchObject({ code: 0, stdout: '1 of 2 signatures\n' });
    expect(ran.stderr).toContain(`+  ${path}  8 bytes  ${artifact.sha256}`);
    const sent = JSON.parse(String(server.asked.at(-1)?.body)) as { keyid: string; sig: string };
    const judged = verifySignature(read('root.json'), 'targets', view.payload, sent.keyid, sent.sig);
    expect(judged).toEqual({ valid: true });
  });

  const rows: Array<[string, () => ReturnType<typeof sign>, RegExp]> = [
    [
      'the server says less than it adds',
      () => sign(signing({ adds: [] })),
      /does not add what the server says/,
    ],
    [
      'the payload is not canonical',
      () => sign(signing({ payload: ` ${signing().payload}` })),
      /not canonical/,
    ],
    [
      'the payload is root metadata',
      () => sign(signing({ payload: signedOf('root.json') })),
      /root metadata, not targets/,
    ],
    ['the key is a root key', () => sign(signing(), 'keys/offline/alice.root.json'), /is a root key/],
    [
      'the passphrase is wrong',
      () => sign(signing(), undefined, { TUESDAY_PASSPHRASE: 'wrong horse' }),
      /does not open the key of alice/,
    ],
  ];
  test.each(rows)('is not done when %s', async (_, attempt, words) => {
    const ran = await attempt();
    expect([ran.code === 0, ran.stdout]).toEqual([false, '']);
    expect(ran.stderr).toMatch(words);
    expect(server.asked.map((asked) => asked.route)).not.toContain('addSignature');
  });

  test('is not done over published metadata that nobody signed', async () => {
    const address = '/device/v1/trust/metadata/1.targets.json';
    server.files[address] = JSON.stringify({ ...openEnvelope(targets), signatures: [] });
    const ran = await sign(signing());
    server.files[address] = targets;
    expect([ran.code, ran.stderr]).toEqual([4, expect.stringContaining('threshold-not-met')]);
  });

  test('with the same key again needs another person', async () => {
    server.script = {
      viewSigning: () => signing(),
      addSignature: { refused: refuse('same-key', 'alice has signed already.') },
    };
    const args = ['release', 'sign', '3.2.5', '--key', 'keys/offline/alice.targets.json'];
    expect((await place.tuesday(args, SECRET)).code).toBe(4);
  });
});

function signedOf(name: string): string {
  const text = read(name);
  return text.slice(text.indexOf('"signed":') + 9, -1);
}

describe('the folder of keys', () => {
  test('is never overwritten', async () => {
    const before = read('root.json');
    const ran = await place.tuesday(['keys', 'init', '--dir', 'keys'], SECRET);
    expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining('never overwritten')]);
    expect(read('root.json')).toBe(before);
  });

  test('holds no offline key in the open, and is closed to others', () => {
    for (const name of ['alice.root', 'alice.targets', 'bob.root', 'bob.targets']) {
      expect(read(`offline/${name}.json`)).not.toContain('PRIVATE KEY');
      expect(statSync(join(place.folder, 'keys', 'offline', `${name}.json`)).mode & 0o077).toBe(0);
    }
    expect(roleKeys(read('root.json'), 'targets').threshold).toBe(2);
  });

  test('wants a passphrase from somewhere', async () => {
    const ran = await place.tuesday(['keys', 'init', '--dir', 'other']);
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining('TUESDAY_PASSPHRASE')]);
  });

  test('is installed with labels and online keys', async () => {
    server.script = { installTrust: () => ({ installed: true, roles: {} }) };
    const ran = await place.tuesday(['keys', 'install', '--dir', 'keys', '--json']);
    expect(ran.code).toBe(0);
    const sent = JSON.parse(String(server.asked.at(-1)?.body)) as { labels: Record<string, string> };
    expect(Object.values(sent.labels).sort()).toEqual(['alice', 'alice', 'bob', 'bob', 'server', 'server']);
  });
});

test('a release is declared with the digests of its files, then uploaded', async () => {
  server.asked.length = 0;
  server.script = {
    createRelease: () => releaseView(manifest, 0, 'draft'),
    uploadArtifact: () => releaseView(manifest, 0, 'draft'),
  };
  writeFileSync(join(place.folder, 'fw.bundle'), 'firmware');
  const args = ['release', 'create', '--version', '3.2.5', '--artifact', 'th-2=./fw.bundle', '--json'];
  expect((await place.tuesday([...args, '--way-back', '3.2.4'])).code).toBe(0);
  expect(server.asked.map((asked) => [asked.route, ...asked.params])).toEqual([
    ['createRelease'],
    ['uploadArtifact', '3.2.5', 'th-2'],
  ]);
  expect(JSON.parse(String(server.asked[0]?.body))).toMatchObject({
    version: '3.2.5',
    wayBack: '3.2.4',
    artifacts: [{ hardware: 'th-2', size: 8 }],
  });
  expect(String(server.asked[1]?.body)).toBe('firmware');
});
