/**
 * The attacks that The Update Framework Specification 1.0.33 lists in section 1.5.2, each tried over the network
 * against a whole agent. It refuses each by name, and stays as it was.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clockOf, type OfferUpdate, startClock } from '@tuesday/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { downloadSettingsSchema } from '../download/settings.ts';
import type { RunningAgent } from '../run/run-agent.ts';
import { type ControlPlane, startControlPlane } from '../run/testing/control-plane.ts';
import { makeKeys, rootOf, signedFiles } from '../run/testing/signed-repository.ts';
import { firmware, HEALTHY, NOW, OFFER, startThermostat } from '../run/testing/thermostat.ts';

const DAY = 86_400_000;
const GOOD = firmware('3.2.5', HEALTHY);
const EVIL = firmware('3.2.5', `${HEALTHY} // and something else`);

let folder: string;
let plane: ControlPlane;
let agent: RunningAgent | undefined;
let log: string[];
beforeEach(async () => {
  folder = join(mkdtempSync(join(tmpdir(), 'attack-')), 'device');
  plane = await startControlPlane(GOOD, NOW);
  agent = undefined;
  log = [];
});
afterEach(async () => {
  await agent?.stop();
  await plane.close();
  rmSync(join(folder, '..'), { recursive: true });
});

async function start(now = NOW): Promise<RunningAgent> {
  agent = await startThermostat(plane, folder, {
    clock: clockOf(startClock(now, 600)),
    mqtt: 'none',
    log: (event, facts) => log.push(`${event} ${JSON.stringify(facts)}`),
    download: downloadSettingsSchema.parse({ slowest: { bytesPerSecond: 10_000, overSeconds: 5 } }),
    settings: { settleMillis: 300_000, trialHealthEveryMillis: 60_000 },
  });
  return agent;
}

const timestamp = 'trust/metadata/timestamp.json';
const artifact = () => [...plane.files.keys()].find((path) => path.startsWith('trust/targets/')) ?? '';

/** Bytes without an end. */
function endless(response: ServerResponse): void {
  const more = () => {
    while (!response.destroyed && response.write(Buffer.alloc(65_536, ' ')));
  };
  response.writeHead(200).on('drain', more);
  more();
}

/** A byte now and then. */
function dripping(response: ServerResponse): void {
  response.writeHead(200, { 'content-length': GOOD.length });
  const again = setInterval(() => response.write('x'), 300);
  response.once('close', () => clearInterval(again));
}

interface Attack {
  readonly sentence: string;
  readonly attack: () => unknown;
  readonly code: string;
  readonly offer?: OfferUpdate;
}

const attacks: readonly Attack[] = (
  [
    [
      'arbitrary software: metadata and bytes of a stranger',
      () => (plane.files = signedFiles(makeKeys(), EVIL, { now: NOW })),
      'unsigned',
    ],
    [
      'arbitrary software: other bytes under a signed name',
      () => plane.files.set(artifact(), Buffer.from(GOOD).fill('x', GOOD.length - 9)),
      'wrong-digest',
    ],
    ['endless data: metadata', () => plane.files.set(timestamp, endless), 'oversize'],
    ['endless data: an artifact', () => plane.files.set(artifact(), endless), 'oversize'],
    [
      'mix and match: a snapshot of another day',
      () => {
        const other = signedFiles(plane.keys, EVIL, { now: NOW });
        plane.files.set('trust/metadata/2.targets.json', other.get('trust/metadata/2.targets.json') ?? GOOD);
      },
      'metadata-invalid',
    ],
    [
      'wrong software: signed for another hardware',
      () => (plane.files = signedFiles(plane.keys, GOOD, { now: NOW, isFor: 'th-9' })),
      'wrong-hardware',
    ],
    [
      'an extraneous dependency: something that nobody signed',
      () => undefined,
      'unknown-target',
      { ...OFFER, target: '9.9.9/th-1.bundle' },
    ],
    [
      'wrong software: one version under the name of another',
      () => undefined,
      'offer-invalid',
      { ...OFFER, version: '3.2.6' },
    ],
    [
      'a key below the threshold: one of two people',
      () => {
        const signers = plane.keys.people.slice(0, 1);
        plane.files = signedFiles(plane.keys, EVIL, { now: NOW, signers });
      },
      'threshold-not-met',
    ],
    [
      'the online keys: they sign no targets',
      () => {
        const signers = [plane.keys.snapshot, plane.keys.timestamp];
        plane.files = signedFiles(plane.keys, EVIL, { now: NOW, signers });
      },
      'unsigned',
    ],
  ] as Array<[string, () => unknown, string, OfferUpdate?]>
).map(([sentence, attack, code, offer]) => ({ sentence, attack, code, ...(offer && { offer }) }));

/** It runs what it ran, and the spare slot was not written. */
function requireUntouched(): void {
  expect(agent?.state?.journal.slots).toEqual({
    a: { state: 'confirmed', version: '3.2.4' },
    b: { state: 'empty' },
  });
  expect(plane.outcomes.map(({ kind }) => kind)).not.toContain('installed');
}

test.each(attacks)('$sentence', async ({ attack, code, offer = OFFER }) => {
  attack();
  plane.offer = offer;
  await start();
  expect(await plane.outcome('refused')).toMatchObject({ code, running: '3.2.4' });
  requireUntouched();
});

test('an indefinite freeze: what was fresh once is refused when it has expired', async () => {
  plane.offer = OFFER;
  await start(NOW + 3 * DAY);
  expect(await plane.outcome('refused')).toMatchObject({ code: 'metadata-expired' });
  requireUntouched();
});

/** The device sees the metadata that is served now, although there is nothing in it for it. */
async function see(): Promise<void> {
  plane.offer = { ...OFFER, offer: 'r0.u1', rollout: 'r0', target: '9.9.9/th-1.bundle' };
  await start();
  expect(await plane.outcome('refused')).toMatchObject({ code: 'unknown-target' });
  plane.outcomes.length = 0;
}

test('a rollback: older metadata than was seen, although it is signed and fresh', async () => {
  const older = plane.files;
  plane.files = signedFiles(plane.keys, GOOD, { now: NOW, version: 7 });
  await see();
  plane.files = older;
  plane.offer = OFFER;
  expect(await plane.outcome('refused')).toMatchObject({ code: 'metadata-replayed' });
  requireUntouched();
});

test('a fast-forward with stolen online keys ends with them: new ones begin at 1 again', async () => {
  plane.files = signedFiles(plane.keys, GOOD, { now: NOW, version: 2_000_000_000 });
  await see();
  const renewed = makeKeys(plane.keys.people);
  plane.files = signedFiles(renewed, GOOD, { now: NOW });
  plane.files.set('trust/metadata/2.root.json', Buffer.from(rootOf(renewed, NOW, 2)));
  plane.offer = OFFER;
  expect(await plane.outcome('confirmed')).toMatchObject({ running: '3.2.5' });
  expect(agent?.state?.journal.root).toBe(2);
});

test('a slow retrieval is left, and named, and the next attempt gets what is signed', async () => {
  const path = artifact();
  plane.files.set(path, dripping);
  plane.offer = OFFER;
  await start();
  await expect
    .poll(() => log.some((line) => /source-failed.*a second are wanted/.test(line)), { timeout: 30_000 })
    .toBe(true);
  requireUntouched();
  plane.files.set(path, GOOD);
  expect(await plane.outcome('confirmed')).toMatchObject({ running: '3.2.5' });
});
