import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRefused, type SlotName } from '@tuesday/protocol';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { backEndSchema } from '../boot/back-end.ts';
import { pretendUbootSector } from '../boot/testing/pretend-boot-loaders.ts';
import { sectorOf } from '../boot/uboot-sector.ts';
import { realDisk } from '../storage/disk.ts';
import { runAgent, type RunningAgent } from './run-agent.ts';
import { type ControlPlane, startControlPlane } from './testing/control-plane.ts';
import { DIES, FACTORY, firmware, HEALTHY, NOW, OFFER, optionsFor } from './testing/thermostat.ts';

const top = mkdtempSync(join(tmpdir(), 'machine-'));
afterAll(() => rmSync(top, { recursive: true }));

const factory = firmware('3.2.4', HEALTHY);

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
    const agent = await runAgent({
      ...optionsFor(this.#plane),
      folder: this.#at('data'),
      factory: { length: factory.length, sha256, custom: FACTORY },
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
  plane.offer = OFFER;
  const machine = new Machine(plane);
  open.push(
    () => plane.close(),
    () => machine.off(),
  );
  return { plane, machine };
}

describe('an agent on a machine that its boot loader restarts', () => {
  test('writes the other slot, boots it, confirms it, and stays there', async () => {
    const { plane, machine } = await machineFor(HEALTHY);
    expect(await plane.outcome('confirmed')).toMatchObject({ running: '3.2.5', bootAttempts: 1 });
    expect(plane.reports[0]).toMatchObject({ active: 'a', slots: { a: { version: '3.2.4' } } });
    expect(machine.boots).toEqual(['a', 'b']);
  });

  test('boots a release that dies three times, then the slot from before, and says why', async () => {
    const { plane, machine } = await machineFor(DIES);
    expect(await plane.outcome('rolled-back')).toMatchObject({
      running: '3.2.4',
      errorCode: '0x45',
      bootAttempts: 3,
    });
    expect(machine.boots).toEqual(['a', 'b', 'b', 'b', 'a']);
  });
});
