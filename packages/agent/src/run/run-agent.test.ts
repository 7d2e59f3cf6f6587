import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Offer } from '@tuesday/protocol';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type { RunningAgent } from './run-agent.ts';
import { type ControlPlane, NOTHING, startControlPlane } from './testing/control-plane.ts';
import { DIES, firmware, HEALTHY, NOW, OFFER, startThermostat } from './testing/thermostat.ts';

const top = mkdtempSync(join(tmpdir(), 'agent-'));
const open: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});
afterAll(() => rmSync(top, { recursive: true }));

async function controlPlane(program: string, fleet?: string): Promise<ControlPlane> {
  const plane = await startControlPlane(firmware('3.2.5', program), NOW, fleet);
  open.push(() => plane.close());
  return plane;
}

async function start(plane: ControlPlane, folder: string): Promise<RunningAgent> {
  const environment = { hardware: 'th-1', region: 'north' };
  const agent = await startThermostat(plane, folder, { environment });
  open.push(() => agent.stop());
  return agent;
}

const newFolder = () => join(mkdtempSync(join(top, 'device-')), 'device');

describe('an agent on real files, processes and connections', () => {
  test('takes a good release: tries it, confirms it, and reports what it runs and where', async () => {
    const plane = await controlPlane(HEALTHY);
    plane.offer = OFFER;
    const agent = await start(plane, newFolder());
    expect(await plane.outcome('installed')).toMatchObject({ running: '3.2.5' });
    expect(await plane.outcome('confirmed')).toMatchObject({ running: '3.2.5', bootAttempts: 1 });
    expect(agent.state?.journal.slots).toEqual({
      a: { state: 'confirmed', version: '3.2.4' },
      b: { state: 'confirmed', version: '3.2.5' },
    });
    expect(plane.reports[0]).toMatchObject({
      active: 'a',
      health: { ok: true },
      environment: { broker: 'mosquitto 2.0.18', hardware: 'th-1', region: 'north' },
    });
  });

  test('of a fleet of its own enrols, reports, verifies and downloads behind the path of its fleet', async () => {
    const plane = await controlPlane(HEALTHY, '/fleets/acme');
    plane.offer = OFFER;
    await start(plane, newFolder());
    expect(await plane.outcome('confirmed')).toMatchObject({ running: '3.2.5' });
  });

  test('refuses what it is offered by mistake, with its name, and takes the next sensible offer', async () => {
    const plane = await controlPlane(HEALTHY);
    const agent = await start(plane, newFolder());
    const troubles = () => plane.reports.at(-1)?.trouble?.map(({ code }) => code);
    for (const [offer, code] of [
      [{ ...OFFER, offer: 'r1.u2', probationSeconds: -1 }, 'offer-invalid'],
      [{ ...OFFER, offer: 'r1.u3', device: 'thermostat-2' }, 'wrong-device'],
      [{ kind: 'update' }, 'offer-invalid'],
    ] as const) {
      plane.offer = offer as Offer;
      await eventually(() => troubles()?.includes(code) === true);
    }
    expect(plane.outcomes.map(({ kind, code }) => [kind, code])).toEqual([
      ['refused', 'offer-invalid'],
      ['refused', 'wrong-device'],
    ]);
    expect(agent.state?.journal.slots.b.state).toBe('empty');
    plane.offer = { ...OFFER, device: 'thermostat-1' };
    expect(await plane.outcome('confirmed')).toMatchObject({ running: '3.2.5' });
    await eventually(() => troubles() === undefined);
  });

  test('that is stopped by a person in its trial, again and again, loses no attempt by it', async () => {
    const plane = await controlPlane(HEALTHY);
    plane.offer = { ...OFFER, probationSeconds: 86_400 };
    const folder = newFolder();
    let agent = await start(plane, folder);
    await plane.outcome('installed');
    for (let times = 0; times < 3; times++) {
      await agent.stop();
      agent = await start(plane, folder);
      await eventually(() => agent.state !== null);
      expect(agent.state?.control).toMatchObject({ trialSlot: 'b', attempts: 1 });
    }
  });

  test('goes back by itself after three boots of a release that DIES, and says of what', async () => {
    const plane = await controlPlane(DIES);
    plane.offer = OFFER;
    const agent = await start(plane, newFolder());
    expect(await plane.outcome('rolled-back')).toMatchObject({
      running: '3.2.4',
      code: 'health-failed',
      errorCode: '0x45',
      bootAttempts: 3,
    });
    expect(plane.outcomes.map(({ kind }) => kind)).not.toContain('confirmed');
    expect(agent.state?.journal.rolledBackFrom).toEqual(['3.2.5']);
    expect(agent.state?.journal.slots.a).toEqual({ state: 'confirmed', version: '3.2.4' });
  });

  test('goes on after being stopped in the middle, as often as it takes', async () => {
    const plane = await controlPlane(HEALTHY);
    plane.offer = OFFER;
    const folder = newFolder();
    let stops = 0;
    for (const after of [1, 2, 3, 4, 5]) {
      const agent = await start(plane, folder);
      const reports = plane.reports.length;
      await eventually(
        () => plane.reports.length > reports + (after > 3 ? 1 : 0) || plane.outcomes.length > 0,
      );
      await agent.stop();
      stops += 1;
    }
    await start(plane, folder);
    expect(await plane.outcome('confirmed')).toMatchObject({ running: '3.2.5' });
    expect(stops).toBe(5);
  });

  test('reports what it could not report while the server was down', async () => {
    const plane = await controlPlane(DIES);
    plane.offer = OFFER;
    const agent = await start(plane, newFolder());
    await eventually(() => agent.state?.journal.intent?.step === 'trying');
    plane.down = true;
    await eventually(
      () => (agent.state?.journal.outbox.length ?? 0) > 0 && agent.state?.journal.intent === null,
    );
    expect(plane.outcomes.map(({ kind }) => kind)).not.toContain('rolled-back');
    plane.offer = NOTHING;
    plane.down = false;
    expect(await plane.outcome('rolled-back')).toMatchObject({ errorCode: '0x45' });
  });
});

async function eventually(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
}
