import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRefused, type SlotName } from '@tuesday/protocol';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { type BackEndConfig, backEndSchema } from '../boot/back-end.ts';
import { runAgent, type RunningAgent } from '../run/run-agent.ts';
import { type ControlPlane, startControlPlane } from '../run/testing/control-plane.ts';
import { DIES, FACTORY, firmware, HEALTHY, NOW, OFFER, optionsFor } from '../run/testing/thermostat.ts';
import { BOOTNAMES, type BundleFacts, RaucMachine } from './testing/real-rauc.ts';
import { SELECT, SwupdateMachine } from './testing/real-swupdate.ts';
import type { Signer } from './testing/signers.ts';
import { until } from './testing/started.ts';

const top = mkdtempSync(join(tmpdir(), 'installed-'));
afterAll(() => rmSync(top, { recursive: true }));

/** As an image of a slot: the firmware, filled up with zeros. */
function image(version: string, program: string): Buffer {
  const bundle = firmware(version, program);
  return Buffer.concat([bundle, Buffer.alloc(65_536 - bundle.length)]);
}
const factory = image('3.2.4', HEALTHY);

/** What the two kinds have in common. */
interface Device {
  readonly stranger: Signer;
  at(name: string): string;
  bundle(facts: BundleFacts): string;
  bootLoader(): SlotName | Promise<SlotName>;
  start(booted: SlotName): Promise<void>;
  stop(): Promise<void>;
}

interface Kind {
  make(folder: string): Device;
  backEnd(device: Device): BackEndConfig;
}

const KINDS: readonly [string, Kind][] = [
  [
    'RAUC',
    {
      make: (folder) => new RaucMachine(folder),
      backEnd: (device) =>
        backEndSchema.parse({
          kind: 'rauc',
          bootnames: BOOTNAMES,
          bus: `unix:path=${device.at('bus')}`,
          bootId: device.at('boot-id'),
          reboot: ['touch', device.at('restart')],
        }),
    },
  ],
  [
    'SWUpdate',
    {
      make: (folder) => new SwupdateMachine(folder),
      backEnd: (device) =>
        backEndSchema.parse({
          kind: 'swupdate',
          select: SELECT,
          sockets: device.at('run'),
          bootLoader: {
            kind: 'grub',
            grubenv: device.at('grubenv'),
            slots: { a: device.at('a'), b: device.at('b') },
            cmdline: device.at('cmdline'),
            reboot: ['touch', device.at('restart')],
          },
        }),
    },
  ],
];

/** From power-on to power-on, for as long as it is on. */
class Life {
  readonly boots: SlotName[] = [];
  readonly #device: Device;
  readonly #backEnd: BackEndConfig;
  readonly #plane: ControlPlane;
  #on = true;
  readonly #over: Promise<void>;

  constructor(device: Device, backEnd: BackEndConfig, plane: ControlPlane) {
    this.#device = device;
    this.#backEnd = backEnd;
    this.#plane = plane;
    this.#over = this.#live();
    // Whoever waits for the end hears of it; nobody does while a test runs.
    this.#over.catch(() => undefined);
  }

  async off(): Promise<void> {
    this.#on = false;
    await this.#over;
  }

  async #live(): Promise<void> {
    const at = (name: string) => this.#device.at(name);
    while (this.#on) {
      const slot = await this.#device.bootLoader();
      this.boots.push(slot);
      writeFileSync(at('boot-id'), `boot ${this.boots.length}`);
      const bytes = readFileSync(at(slot));
      writeFileSync(at('data/application.mjs'), bytes.subarray(0, bytes.indexOf(0)));
      rmSync(at('restart'), { force: true });
      await this.#device.start(slot);
      const agent = await this.#agent();
      await until(() => !this.#on || existsSync(at('restart')));
      await agent.stop();
      await this.#device.stop();
    }
  }

  async #agent(): Promise<RunningAgent> {
    const sha256 = createHash('sha256').update(factory).digest('hex');
    const agent = await runAgent({
      ...optionsFor(this.#plane),
      folder: this.#device.at('data'),
      settings: {
        settleMillis: 900_000,
        trialHealthEveryMillis: 120_000,
        stepBackOff: { baseMillis: 60_000, capMillis: 120_000 },
      },
      factory: { length: factory.length, sha256, custom: FACTORY },
      backEnd: this.#backEnd,
      application: {
        kind: 'program',
        command: process.execPath,
        args: [this.#device.at('data/application.mjs')],
      },
    });
    if (isRefused(agent)) throw new Error(agent.refused.because);
    return agent;
  }
}

const open: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

describe.each(KINDS)('an agent on a machine whose slots %s writes', (_, kind) => {
  async function lifeOf(program: string, facts: (device: Device) => Partial<BundleFacts> = () => ({})) {
    const device = kind.make(mkdtempSync(join(top, 'm-')));
    mkdirSync(device.at('data'));
    writeFileSync(device.at('a'), factory);
    const release = device.bundle({ version: '3.2.5', image: image('3.2.5', program), ...facts(device) });
    const plane = await startControlPlane(readFileSync(release), NOW);
    plane.offer = OFFER;
    const life = new Life(device, kind.backEnd(device), plane);
    open.push(
      () => plane.close(),
      () => device.stop(),
      () => life.off(),
    );
    return { device, plane, life };
  }

  test('a good release is written, booted and confirmed, and stays', async () => {
    const { device, plane, life } = await lifeOf(HEALTHY);
    expect(await plane.outcome('confirmed')).toMatchObject({ running: '3.2.5', bootAttempts: 1 });
    expect(plane.reports[0]).toMatchObject({ active: 'a', slots: { a: { version: '3.2.4' } } });
    expect(life.boots).toEqual(['a', 'b']);
    for (let boot = 0; boot < 2; boot++) expect(await device.bootLoader()).toBe('b');
  });

  test('a release that dies has its three boots, and the device goes back and says why', async () => {
    const { plane, life } = await lifeOf(DIES);
    expect(await plane.outcome('rolled-back')).toMatchObject({
      running: '3.2.4',
      errorCode: '0x45',
      bootAttempts: 3,
    });
    expect(life.boots).toEqual(['a', 'b', 'b', 'b', 'a']);
  });

  test('a release of a wrong signer that the server offers is reported, and not a byte of it is written', async () => {
    const { device, plane, life } = await lifeOf(HEALTHY, ({ stranger }) => ({ signer: stranger }));
    expect(await plane.outcome('failed')).toMatchObject({ code: 'bad-signature', running: '3.2.4' });
    expect(readFileSync(device.at('b'))).toEqual(Buffer.alloc(65_536));
    expect(life.boots).toEqual(['a']);
  });

  test('an installer that is killed while it writes, bus and all, is used again, and the release confirmed', async () => {
    const { device, plane, life } = await lifeOf(HEALTHY);
    writeFileSync(device.at('hold'), '');
    await until(() => existsSync(device.at('held')));
    await device.stop();
    rmSync(device.at('hold'));
    await device.start('a');
    expect(await plane.outcome('confirmed')).toMatchObject({ running: '3.2.5' });
    expect(life.boots).toEqual(['a', 'b']);
  });
});
