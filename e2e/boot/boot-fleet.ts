/**
 * A real control plane, with releases signed by two people, and emulated thermostats, one for each way in which
 * 3.2.5 goes wrong: each is a hardware model of its own.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type DeviceView, formatClock, startClock } from '@tuesday/protocol';
import { root, ServerProcess } from '../testing/server-process.ts';
import { makeDeviceDisk } from './device-disk.ts';
import { type Flash, makeFlash } from './flash.ts';
import { type GuestParts, guestParts } from './guest-parts.ts';
import { Machine } from './machine.ts';
import { type Behaviour, makeGarbage, makeSlotImage } from './slot-image.ts';

/** What 3.2.5 does. `unbootable`: bytes that are no image, signed as well as any. */
export type Variant = Exclude<Behaviour, 'healthy'> | 'unbootable';

/** The clock of server and devices runs so many times as fast as the wall's: the agent's settings stay the product's. */
const RATE = 30;
const TUESDAY = Date.parse('2026-11-24T09:00:00Z');
const EVERY_DAY = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

export class BootFleet {
  readonly server: ServerProcess;
  readonly machines = new Map<Variant, Machine>();
  readonly #clock: string;
  readonly #parts: GuestParts;
  readonly #flash: Flash;

  private constructor(server: ServerProcess, clock: string, parts: GuestParts) {
    this.server = server;
    this.#clock = clock;
    this.#parts = parts;
    this.#flash = makeFlash(server.folder);
  }

  static async make(variants: readonly Variant[]): Promise<BootFleet> {
    const clock = formatClock(startClock(TUESDAY, RATE));
    const parts = guestParts();
    const server = await ServerProcess.make(clock, { TUESDAY_POLL: '30s', TUESDAY_OFFERED_POLL: '30s' });
    const fleet = new BootFleet(server, clock, parts);
    try {
      // The images first: while they are made nothing else is heard here.
      await fleet.#makeImages(variants);
      await server.start();
      await fleet.#publish(variants);
      for (const variant of variants) fleet.#makeDevice(variant);
      return fleet;
    } catch (error) {
      await fleet.remove();
      throw error;
    }
  }

  machine(variant: Variant): Machine {
    const machine = this.machines.get(variant);
    if (machine === undefined) throw new Error(`there is no machine for ${variant}`);
    return machine;
  }

  powerOn(): void {
    for (const machine of this.machines.values()) machine.powerOn();
  }

  async remove(): Promise<void> {
    for (const machine of this.machines.values()) await machine.pullThePlug();
    await this.server.remove();
  }

  /** To everybody at once: what is shown here is what a device does. */
  async rollOut(release: string): Promise<string> {
    const gate = { maxBadShare: 0.5, minProvenShare: 0.5, minBadDevices: 100 };
    const { rollout } = await this.server.operator.call('createRollout', {
      body: {
        name: `thermostat ${release}`,
        release,
        stages: [{ share: 1, soak: '24h', gate }],
        probation: '60s',
        silentAfter: '12h',
        coverage: 0,
        holdOut: 0,
      },
    });
    await this.server.operator.call('startRollout', { params: { rollout }, body: {} });
    return rollout;
  }

  device(variant: Variant): Promise<DeviceView> {
    return this.server.operator.call('viewDevice', { params: { device: `thermostat-${variant}` } });
  }

  /** Resolves with the device's page once it looks like this. */
  async until(variant: Variant, looks: (view: DeviceView) => boolean): Promise<DeviceView> {
    for (;;) {
      const view = await this.device(variant).catch(() => undefined);
      if (view !== undefined && looks(view)) return view;
      if (!this.machine(variant).on) throw new Error(`the machine of ${variant} ended`);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }

  async #makeImages(variants: readonly Variant[]): Promise<void> {
    const agent = this.#at('agent.cjs');
    await promisify(execFile)(process.execPath, [join(root, 'tools/agent/bundle.ts'), agent]);
    const make = (file: string, version: string, behaviour: Behaviour) =>
      makeSlotImage(this.#at(file), { parts: this.#parts, agent, version, behaviour });
    make('3.2.4.img', '3.2.4', 'healthy');
    make('3.2.6.img', '3.2.6', 'healthy');
    for (const variant of variants) {
      if (variant === 'unbootable') makeGarbage(this.#at('3.2.5-unbootable.img'), this.#at('3.2.4.img'));
      else make(`3.2.5-${variant}.img`, '3.2.5', variant);
    }
  }

  async #publish(variants: readonly Variant[]): Promise<void> {
    const { server } = this;
    await server.tuesday('keys', 'init', '--dir', 'keys', '--names', 'alice,bob');
    await server.tuesday('keys', 'install', '--dir', 'keys');
    const wayBack = ['--way-back', '3.2.4'];
    await this.#release('3.2.4', variants, () => '3.2.4.img', []);
    await this.#release('3.2.5', variants, (variant) => `3.2.5-${variant}.img`, wayBack);
    await this.#release('3.2.6', variants, () => '3.2.6.img', wayBack);
    const calendar = { zone: 'UTC', windows: [{ days: [...EVERY_DAY], from: '00:00', to: '24:00' }] };
    const policy = { calendar, watch: { required: false }, approvals: { needed: 0 } };
    await server.operator.call('setPolicy', { body: { policy, because: 'a test that knows no night' } });
  }

  async #release(
    version: string,
    variants: readonly Variant[],
    image: (variant: Variant) => string,
    more: readonly string[],
  ): Promise<void> {
    const artifacts = variants.flatMap((variant) => ['--artifact', `${modelOf(variant)}=${image(variant)}`]);
    await this.server.tuesday('release', 'create', '--version', version, ...artifacts, ...more);
    for (const who of ['alice', 'bob'])
      await this.server.tuesday('release', 'sign', version, '--key', `keys/offline/${who}.targets.json`);
  }

  #makeDevice(variant: Variant): void {
    const folder = this.#at(variant);
    const data = join(folder, 'data');
    mkdirSync(data, { recursive: true });
    writeFileSync(join(data, 'agent.json'), JSON.stringify(this.#configOf(variant), undefined, 2));
    writeFileSync(join(data, 'clock'), this.#clock);
    writeFileSync(join(data, 'fleet.key'), this.server.secret('fleet.json', 'fleetKey'));
    writeFileSync(join(data, 'root.json'), readFileSync(this.#at('keys/root.json')));
    const disk = join(folder, 'disk.img');
    makeDeviceDisk({ file: disk, slot: this.#at('3.2.4.img'), data });
    this.machines.set(
      variant,
      new Machine({
        flash: this.#flash,
        disk,
        runtime: this.#parts.runtime,
        serialLog: join(folder, 'serial.log'),
      }),
    );
  }

  #configOf(variant: Variant): object {
    const image = readFileSync(this.#at('3.2.4.img'));
    const sha256 = createHash('sha256').update(image).digest('hex');
    const custom = { tuesday: 1, version: '3.2.4', hardware: modelOf(variant), securityVersion: 0 };
    return {
      folder: '/data/agent',
      // The machine that emulates, as its guests see it.
      server: this.server.url.replace('127.0.0.1', '10.0.2.2'),
      mqtt: 'none',
      device: `thermostat-${variant}`,
      hardware: modelOf(variant),
      fleetKeyFile: '/data/fleet.key',
      rootFile: '/data/root.json',
      environment: { region: 'emulated' },
      factory: { written: { length: image.length, sha256, custom } },
      watchdog: { device: '/dev/watchdog0', everyMillis: 2_000 },
      backEnd: {
        kind: 'u-boot-sector',
        device: '/dev/boot-state',
        slots: { a: '/dev/slot-a', b: '/dev/slot-b' },
        reboot: ['/usr/lib/thermostat/restart'],
        program: '/usr/lib/thermostat/firmware',
        resetReason: '/run/reset-reason',
      },
    };
  }

  #at(name: string): string {
    return join(this.server.folder, name);
  }
}

function modelOf(variant: Variant): string {
  return `th-${variant}`;
}
