/**
 * An agent that is rolled out like firmware: real executables, a real server, the launcher's own slots. A good one is
 * taken although everything is killed on the way, three bad ones are left, another good one is taken, and when its bytes
 * change on the disk the one before it runs again.
 */
import {
  copyFileSync,
  mkdtempSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { wallClock } from '@tuesday/protocol';
import { expect, test } from 'vitest';
import { builtExecutable } from '../package/built-agent.ts';
import { AgentFleet } from './agent-fleet.ts';
import { AgentService } from './agent-service.ts';

const EXITS = Buffer.from('#!/bin/sh\necho \'{"event":"exits"}\'\nexit 2\n');
const HANGS = Buffer.from('#!/bin/sh\necho \'{"event":"hangs"}\'\nexec sleep 1000000\n');
const GARBAGE = randomBytes(1_048_576);

/** At random moments, until the new agent is on trial. */
const KILLS_BEFORE = 8;
/** A kill on trial uses up an attempt, and three are all there are. */
const KILLS_ON_TRIAL = 2;

interface Story {
  readonly fleet: AgentFleet;
  readonly service: AgentService;
}

test('an agent takes a good agent while it is killed again and again, leaves bad ones, takes the next, and outlives damage', async () => {
  await using left = new AsyncDisposableStack();
  const builds = left.adopt(mkdtempSync('/tmp/tuesday-agents-'), (made) => rmSync(made, { recursive: true }));
  const executable = (version: string) => builtExecutable(join(builds, version), version);
  const fleet = left.adopt(await AgentFleet.make(), (made) => made.remove());
  const packaged = join(fleet.folder, 'tuesday-agent');
  copyFileSync(await executable('1.0.0'), packaged);
  const config = await fleet.configure(join(fleet.folder, 'gateway'));
  const service = left.adopt(new AgentService(packaged, config, fleet.clockSetting), (made) => made.stop());
  service.start();
  await fleet.until(async () => (await running(fleet)) === '1.0.0');
  await fleet.publish('1.0.0', packaged);
  fleet.goesBackTo('1.0.0');

  await fleet.publish('1.1.0', await executable('1.1.0'));
  await takesWhileKilled({ fleet, service }, '1.1.0');
  fleet.goesBackTo('1.1.0');
  for (const [version, bytes] of [
    ['1.2.0', EXITS],
    ['1.3.0', HANGS],
    ['1.4.0', GARBAGE],
  ] as const) {
    writeFileSync(join(builds, version), bytes);
    await fleet.publish(version, join(builds, version));
    await leaves({ fleet, service }, version);
  }
  expect((await fleet.agent())?.report).toMatchObject({ rolledBackFrom: ['1.2.0', '1.3.0', '1.4.0'] });

  await fleet.publish('1.5.0', await executable('1.5.0'));
  await fleet.rollOut('1.5.0');
  await fleet.until(async () => (await running(fleet)) === '1.5.0');
  await fleet.until(async () => (await fleet.device())?.report?.agent === '1.5.0');

  // Its bytes change where they lie. It is told from an agent that only fails, and the one before it runs again.
  const own = readlinkSync(`/proc/${service.agent}/exe`);
  writeFileSync(`${own}.new`, randomBytes(statSync(own).size));
  renameSync(`${own}.new`, own);
  service.kill('agent');
  await fleet.until(async () => (await fleet.device())?.report?.agent === '1.1.0');
}, 1_200_000);

/** The version that the agent runs and has confirmed. */
async function running(fleet: AgentFleet): Promise<string | undefined> {
  const { report } = (await fleet.agent()) ?? {};
  if (!report) return undefined;
  const slot = report.slots[report.active];
  return slot.state === 'confirmed' ? slot.version : undefined;
}

async function takesWhileKilled({ fleet, service }: Story, version: string): Promise<void> {
  const rollout = await fleet.rollOut(version);
  let [before, onTrial] = [0, 0];
  while (before < KILLS_BEFORE && service.trials === 0) {
    const { boots } = service;
    // From its first check-in on, which comes after five seconds, it downloads, writes and leaps.
    await wallClock().sleep((before === 0 ? 0 : 5_000) + Math.random() * 6_000);
    if (service.trials > 0) break;
    killOne(service);
    before += 1;
    await fleet.until(() => service.boots > boots || service.trials > 0);
    // The trial may have begun at this very moment, and then this kill was one of its own.
    onTrial = service.trials > 0 ? 1 : 0;
  }
  expect(before).toBeGreaterThan(0);
  await fleet.until(() => service.trials > 0);
  while ((await running(fleet)) !== version) {
    await wallClock().sleep(Math.random() * 6_000);
    if (onTrial >= KILLS_ON_TRIAL) continue;
    killOne(service);
    onTrial += 1;
  }
  await fleet.until(async () => (await fleet.device())?.report?.agent === version);
  const { starts } = service;
  await fleet.until(async () => (await fleet.phase(rollout)) === 'completed');
  // By now the time of its trial is up: it is confirmed, and nobody ends it.
  expect(service.starts).toBe(starts);
}

function killOne(service: AgentService): void {
  service.kill(Math.random() < 0.5 ? 'launcher' : 'agent');
}

/** It is tried three times, left, told, and not offered again; a kill is one of the three, or comes before them. */
async function leaves({ fleet, service }: Story, version: string): Promise<void> {
  const before = { trials: service.trials, agent: await running(fleet) };
  const rollout = await fleet.rollOut(version);
  const state = async () => (await fleet.agent())?.memberships.find((one) => one.rollout === rollout)?.state;
  await wallClock().sleep(Math.random() * 10_000);
  killOne(service);
  await fleet.until(async () => (await state()) === 'rolled-back');
  expect(service.trials - before.trials, version).toBe(3);
  await checkIns(fleet, 3);
  expect(service.trials - before.trials, version).toBe(3);
  expect(await running(fleet)).toBe(before.agent);
  expect((await fleet.device())?.report?.agent).toBe(before.agent);
  await fleet.agents('rollout', 'halt', rollout, '--because', `${version} is bad`);
}

async function checkIns(fleet: AgentFleet, count: number): Promise<void> {
  for (let heard = 0; heard < count; heard++) {
    const before = (await fleet.agent())?.lastSeen;
    await fleet.until(async () => (await fleet.agent())?.lastSeen !== before);
  }
}
