import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, clockOf, type TargetCustom } from '@tuesday/protocol';
import * as trust from '@tuesday/trust';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { TrustFolder } from './trust-folder.ts';
import { TargetVerifier, targetUrl } from './verify-target.ts';

/** Far from the machine's time: a device goes by the clock that it is handed. */
const NOW = Date.UTC(2031, 0, 7, 9);
const DAY = 86_400_000;
const TARGET = '3.2.5/th-1.bundle';
const bytes = Buffer.from('firmware');
const sha256 = createHash('sha256').update(bytes).digest('hex');
const custom: TargetCustom = { tuesday: 1, version: '3.2.5', hardware: 'th-1', securityVersion: 0 };

const people = [trust.generateKey(), trust.generateKey()] as const;
const roots = [trust.generateKey(), trust.generateKey()] as const;
const online = { snapshot: trust.generateKey(), timestamp: trust.generateKey() };
const root = trust.signRoot(
  trust.createRoot({
    rootKeys: roots.map((key) => key.public),
    targetsKeys: people.map((key) => key.public),
    snapshotKey: online.snapshot.public,
    timestampKey: online.timestamp.public,
    now: NOW,
  }),
  roots,
);

/** Files of a repository of this version whose targets these people signed. */
function repository(
  version: number,
  signers: readonly trust.KeyPair[],
  more: { entries?: trust.TargetEntry[] } = {},
) {
  const entry = { path: TARGET, size: bytes.length, sha256, custom };
  const added = trust.addTargets(trust.emptyTargets({ now: NOW }), more.entries ?? [entry], { now: NOW });
  const targets = trust.assemble(
    added,
    signers.map((key) => trust.signPayload(added, key)),
  );
  const snapshot = trust.makeSnapshot(targets, { version, now: NOW }, online.snapshot);
  const timestamp = trust.makeTimestamp(snapshot, { version, now: NOW }, online.timestamp);
  return { '2.targets.json': targets, [`${version}.snapshot.json`]: snapshot, 'timestamp.json': timestamp };
}

const top = mkdtempSync(join(tmpdir(), 'trust-'));
let server: Server;
let origin: string;
let files: Record<string, string> = {};
/** It answers instead of the server. */
let portal = false;
beforeAll(async () => {
  server = createServer((request, response) => {
    const text = files[(request.url ?? '').replace('/device/v1/trust/metadata/', '')];
    if (portal) {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<html>');
      return;
    }
    const head = text === undefined ? 404 : 200;
    response.writeHead(head, head === 404 ? { 'content-type': 'text/html' } : {}).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(top, { recursive: true });
});

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(top, 'device-')), 'trust');
});

function at(now: number): Clock {
  return { ...clockOf({ origin: 0, at: 0, rate: 1 }), now: () => now };
}

function verify(more: { now?: number; target?: string } = {}) {
  const trust = new TrustFolder({ folder, pinnedRoot: root, clock: at(more.now ?? NOW) });
  const verifier = new TargetVerifier(origin, trust);
  return verifier.verify(more.target ?? TARGET, new AbortController().signal);
}

describe('a target', () => {
  test('that two people signed is known by its length, digest and facts', async () => {
    files = repository(2, people);
    expect(await verify()).toEqual({ signed: { length: bytes.length, sha256, custom }, root: 1 });
  });

  test.each<[string, () => void, { now?: number; target?: string }, string]>([
    ['without a signature', () => (files = repository(2, [])), {}, 'unsigned'],
    ['with a stranger’s signatures', () => (files = repository(2, roots)), {}, 'unsigned'],
    ['with one of two signatures', () => (files = repository(2, [people[0]])), {}, 'threshold-not-met'],
    [
      'that is not listed',
      () => (files = repository(2, people)),
      { target: '9.9.9/th-1.bundle' },
      'unknown-target',
    ],
    [
      'under an expired timestamp',
      () => (files = repository(2, people)),
      { now: NOW + 2 * DAY },
      'metadata-expired',
    ],
    [
      'under an expired root',
      () => (files = repository(2, people)),
      { now: NOW + 400 * DAY },
      'metadata-expired',
    ],
    [
      'whose targets were exchanged for others of the same people',
      () => {
        const other = [{ path: TARGET, size: 1, sha256, custom }];
        files = {
          ...repository(2, people),
          '2.targets.json': repository(2, people, { entries: other })['2.targets.json'] ?? '',
        };
      },
      {},
      'metadata-invalid',
    ],
    [
      'behind a timestamp that is no JSON',
      () => (files = { ...repository(2, people), 'timestamp.json': '<html>' }),
      {},
      'metadata-invalid',
    ],
    [
      'behind a timestamp without an end',
      () => (files = { ...repository(2, people), 'timestamp.json': ' '.repeat(20_000) }),
      {},
      'oversize',
    ],
    [
      'whose facts do not parse',
      () => {
        const odd = { tuesday: 2 } as unknown as TargetCustom;
        files = repository(2, people, { entries: [{ path: TARGET, size: 1, sha256, custom: odd }] });
      },
      {},
      'metadata-invalid',
    ],
    ['on a server without metadata', () => (files = {}), {}, 'download-failed'],
  ])('%s is refused', async (_, arrange, more, code) => {
    arrange();
    expect(await verify(more)).toMatchObject({ refused: { code } });
  });

  test('behind a portal that asks for a sign-in is not refused: the server is away', async () => {
    files = repository(2, people);
    portal = true;
    expect(await verify()).toMatchObject({
      refused: { code: 'download-failed', because: expect.stringContaining('web page') },
    });
    portal = false;
    expect(await verify()).toHaveProperty('signed');
  });

  test('is not taken from older metadata than was seen, also after a restart', async () => {
    files = repository(3, people);
    await verify();
    files = repository(2, people);
    expect(await verify()).toMatchObject({ refused: { code: 'metadata-replayed' } });
    files = repository(4, people);
    expect(await verify()).toHaveProperty('signed');
  });

  test.each(['root', 'timestamp', 'snapshot', 'targets'])(
    'is found though the kept %s was torn by a power cut',
    async (role) => {
      files = repository(2, people);
      await verify();
      writeFileSync(join(folder, `${role}.json`), '{"signed":{"_ty');
      expect(await verify()).toHaveProperty('signed');
    },
  );

  test('lies under its digest', () => {
    expect(targetUrl('http://x', TARGET, 'abc').pathname).toBe(
      '/device/v1/trust/targets/3.2.5/abc.th-1.bundle',
    );
  });
});
