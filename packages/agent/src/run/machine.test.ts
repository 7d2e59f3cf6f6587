import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clockOf, isRefused, type SlotName, startClock } from '@tuesday/protocol';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { backEndSchema } from '../boot/back-end.ts';
import { pretendUbootSector } from '../boot/testing/pretend-boot-loaders.ts';
import { sectorOf } from '../boot/uboot-sector.ts';
import { makeBundle } from '../slots/bundle.ts';
import { realDisk } from '../storage/disk.ts';
import { runAgent, type RunningAgent } from './run-agent.ts';
import { type ControlPlane, startControlPlane } from './testing/control-plane.ts';

const top = mkdtempSync(join(tmpdir(), 'machine-'));
afterAll(() => rmSync(top, { recursive: true }));

const NOW = Date.UTC(2031, 0, 7, 9);
const clock = clockOf(startClock(NOW, 600));
const says = `console.log('{"mqtt":"connected"}\\n{"broker":"mosquitto 2.0.18"}');`;
const healthy = `${says} process.stdin.on('end', () => process.exit(0)).resume();`;
const dies = `${says} console.log('{"error":"0x45"}'); process.exit(69);`;
const firmware = (version: string, program: string) => makeBundle({ version, hardware: 'th-1' }, program);
const factory = firmware('3.2.4', healthy);

/** A machine made of files, which its boot loader starts again whenever the agent has asked for it. */
class Machine {
  readonly #folder = mkdtempSync(join(top, 'd-'));
  readonly boots: SlotName[] = [];
  readonly #plane: ControlPlane;
  #on = true;
  agent: RunningAgent | undefined;
  over: Promise<void> = Promise.resolve();

  constructor(plane: ControlPlane) {
    this.#plane = plane;
    mkdirSync(this.#at('data'));
    writeFileSync(this.#at('a'), Buffer.concat([factory, Buffer.alloc(5_000)]));
    writeFileSync(this.#at('b'), Buffer.alloc(9_000));
    writeFileSync(this.#at('state'), sectorOf(new Map([['default_slot', 'a']])));
    this.over = this.#live();
  }

  async off(): Promise<void> {
    this.#on = false;
    await this.over;
  }

  #at(name: string): string {
    return join(this.#folder, name);
  }

  async #live(): Promise<void> {
    const powerOn = pretendUbootSector(realDisk, this.#at('state'), 0);
    while (this.#on) {
      const slot = await powerOn(3);
      this.boots.push(slot);
      writeFileSync(this.#at('cmdline'), `quiet tuesday.slot=${slot}`);
      const image = readFileSync(this.#at(slot));
      writeFileSync(this.#at('data/application.mjs'), image.subarray(0, image.indexOf(0)));
      rmSync(this.#at('restart'), { force: true });
      this.agent = await this.#start();
      while (this.#on && !existsSync(this.#at('restart')))
        await new Promise((resolve) => setTimeout(resolve, 10));
      await this.agent.stop();
    }
  }

  async #start(): Promise<RunningAgent> {
    const sha256 = createHash('sha256').update(factory).digest('hex');
    const custom = { tuesday: 1, version: '3.2.4', hardware: 'th-1', securityVersion: 0 } as const;
    const agent = await runAgent({
      folder: this.#at('data'),
      server: this.#plane.server,
      device: 'thermostat-1',
      hardware: 'th-1',
      fleetKey: 'any',
      rootJson: this.#plane.rootJson,
      environment: {},
      clock,
      random: Math.random,
      mqttGraceMillis: 3_600_000,
      settings: { settleMillis: 900_000, trialHealthEveryMillis: 120_000 },
      factory: { length: factory.length, sha256, custom },
      backEnd: backEndSchema.parse({
        kind: 'u-boot-sector',
        device: this.#at('state'),
        slots: { a: this.#at('a'), b: this.#at('b') },
        cmdline: this.#at('cmdline'),
        program: this.#at('data/application.mjs'),
        reboot: ['touch', this.#at('restart')],
      }),
    });
    if (isRefused(agent)) throw new Error(agent.refused.because);
    return agent;
  }
}

const open: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function machineFor(program: string): Promise<{ plane: ControlPlane; machine: Machine }> {
  const plane = await startControlPlane(firmware('3.2.5', program), NOW);
  plane.offer = {
    kind: 'update',
    offer: 'r1.u1',
    rollout: 'r1',
    version: '3.2.5',
    target: '3.2.5/th-1.bundle',
    probationSeconds: 300,
  };
  const machine = new Machine(plane);
  open.push(
    () => plane.close(),
    () => machine.off(),
  );
  return { plane, machine };
}

describe('an agent on a machine that its boot loader restarts', () => {
  test('writes the other slot, boots it, confirms it, and stays there', async () => {
    const { plane, machine } = await machineFor(healthy);
    expect(await plane.outcome('confirmed')).toMatchObject({ running: '3.2.5', bootAttempts: 1 });
    expect(plane.reports[0]).toMatchObject({ active: 'a', slots: { a: { version: '3.2.4' } } });
    expect(machine.boots).toEqual(['a', 'b']);
  });

  test('boots a release that dies three times, then the slot from before, and says why', async () => {
    const { plane, machine } = await machineFor(dies);
    expect(await plane.outcome('rolled-back')).toMatchObject({
      running: '3.2.4',
      errorCode: '0x45',
      bootAttempts: 3,
    });
    expect(machine.boots).toEqual(['a', 'b', 'b', 'b', 'a']);
  });
});
