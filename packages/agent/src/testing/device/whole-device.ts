/**
 * A device of the real ports (storage, boot, slots, download, run loop) on a pretend disk, in virtual time.
 * Only what is not the device is pretended: the disk, the firmware, the network and the signatures.
 */
import { join } from 'node:path';
import type { Clock, Environment, Instant, SlotName } from '@tuesday/protocol';
import { MachineReset } from '../../boot/reset-reason.ts';
import { agentConfig } from '../../core/config.ts';
import type { AgentConfig } from '../../core/types.ts';
import { usualChecks } from '../../health/declared.ts';
import { HealthWatch } from '../../health/health-watch.ts';
import { DEMAND_FILE, RescueWork } from '../../rescue/rescue-work.ts';
import type { Road } from '../../rescue/road.ts';
import { Device } from '../../run/device.ts';
import { UpdateWork } from '../../run/update-work.ts';
import type { Disk } from '../../storage/disk.ts';
import { DeviceStorage } from '../../storage/device-storage.ts';
import { oneLife } from '../disk/one-life.ts';
import type { PretendDisk } from '../disk/pretend-disk.ts';
import type { PretendRelease } from '../pretend-release.ts';
import type { PretendServer } from '../pretend-server.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { exchangeWith, type Line } from './bundle-release.ts';
import { FOLDER, type Home, type Machine } from './home.ts';
import { PretendApplication, releaseOf } from './pretend-application.ts';

export interface WholeDeviceSetup {
  readonly machine: Machine;
  /** What slot a held when it left the factory. */
  readonly factory: PretendRelease;
  readonly disk: PretendDisk;
  readonly server: PretendServer;
  readonly line?: Line;
  readonly environment?: Environment;
  readonly settings?: Partial<AgentConfig>;
  /** Over which it finds a recovery release; absent: nobody has one. */
  readonly roads?: ((clock: Clock, disk: Disk) => readonly Road[]) | undefined;
}

/** From power-on to power-off. */
export class WholeDevice {
  readonly clock: VirtualClock;
  readonly application: PretendApplication;
  readonly device: Device;
  readonly home: Home;
  /** What the run loop logged. */
  readonly log: string[] = [];
  /** Slots that were started although they do not hold one whole release. */
  readonly garbage: string[] = [];
  readonly #setup: WholeDeviceSetup;
  readonly #cutsBefore: number;
  readonly #over: Promise<void>;

  /** Its power comes on. */
  constructor(setup: WholeDeviceSetup, now: Instant) {
    this.#setup = setup;
    this.#cutsBefore = setup.disk.cuts;
    const { server, settings } = setup;
    const disk = oneLife(setup.disk);
    const clock = new VirtualClock(now);
    this.clock = clock;
    const storage = new DeviceStorage(FOLDER, disk);
    const { keeps } = setup.machine;
    this.home = setup.machine.home(disk, setup.factory);
    const { slots, boot } = this.home;
    const place = (slot: SlotName) => this.home.place(slot);
    const environment = setup.environment ?? {};
    this.application = new PretendApplication({
      disk,
      clock,
      place,
      keeps,
      environment,
      releases: () => server.releases.values(),
      onStarted: (slot) => this.device.tell({ is: 'application-started', slot }),
      onExit: (slot, exitCode, errorCode) =>
        this.device.tell({ is: 'application-exited', slot, exitCode, errorCode }),
      onGarbage: (slot) => this.garbage.push(`slot ${slot} was started, but it holds no whole release`),
    });
    const health = new HealthWatch({
      checks: usualChecks({ application: 'process', mqttGraceMillis: 1 }),
      application: this.application,
      environment,
      clock,
      tell: (input) => this.device.tell(input),
    });
    const log = (event: string, facts: object) => void this.log.push(`${event} ${JSON.stringify(facts)}`);
    const rescue = new RescueWork({ folder: FOLDER, roads: setup.roads?.(clock, disk) ?? [], log, disk });
    const config = agentConfig({ device: 'd-1', hardware: 'th-2', ...settings });
    this.device = new Device(config, {
      storage,
      boot,
      reset: new MachineReset({ folder: FOLDER, disk }),
      slots,
      clock,
      random: () => 0.5,
      application: this.application,
      checkHealth: () => health.look(),
      rescue,
      readDemand: async () =>
        (await disk.size(join(FOLDER, DEMAND_FILE))) === undefined ? undefined : 'file',
      link: this.#link(),
      work: new UpdateWork({
        folder: FOLDER,
        server: 'http://pretend',
        token: 'secret',
        verifier: { verify: (target) => Promise.resolve(this.#verify(target)) },
        slots,
        rescue,
        clock,
        random: () => 0.5,
        tell: (input) => this.device.tell(input),
        disk,
        exchange: exchangeWith(server, setup.line ?? { breaks: 0 }),
      }),
      log,
    });
    this.#over = this.device.run();
  }

  /** Its power went. It stays off when the power comes back: that is another life. */
  get off(): boolean {
    return this.#setup.disk.cuts > this.#cutsBefore;
  }

  /** What really runs: the version of the bytes that the firmware was started from, or would be. */
  get running(): string {
    const { application, device } = this;
    if (application.version !== undefined && application.running) return application.version;
    return (device.state && this.holds(device.state.booted)?.signed.custom.version) ?? 'nothing';
  }

  /** What a slot really holds, whole and undamaged. */
  holds(slot: SlotName): PretendRelease | undefined {
    const { disk, server, machine } = this.#setup;
    return releaseOf(disk.peek(this.home.place(slot)), server.releases.values(), machine.keeps);
  }

  /**
   * Lets time pass until it holds, or until then, or until the power goes.
   *
   * @returns whether it held
   */
  async runUntil(until: Instant, holds: () => boolean = () => false): Promise<boolean> {
    for (;;) {
      await settled();
      if (this.off) return false;
      if (holds()) return true;
      if (!this.clock.step(until)) return false;
    }
  }

  /** In good order, as SIGTERM. */
  async stop(): Promise<void> {
    this.device.stop();
    await this.#over;
  }

  #link() {
    const { server } = this.#setup;
    const never = new Promise<never>(() => undefined);
    return {
      checkIn: async (body: Parameters<PretendServer['checkIn']>[0]) => {
        if (this.off) return never;
        const answer = server.checkIn(structuredClone(body), this.running);
        if (answer === undefined) return { is: 'check-in-failed', because: 'no answer' } as const;
        return { is: 'checked-in', answer, transport: 'http' } as const;
      },
      sendOutcome: async (outcome: Parameters<PretendServer['tell']>[0]) => {
        if (this.off) return never;
        const accepted = server.tell(structuredClone(outcome), this.running);
        return accepted
          ? ({ is: 'outcome-accepted', outcome } as const)
          : ({ is: 'outcome-failed', outcome, final: false } as const);
      },
      sendProgress: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
  }

  #verify(target: string) {
    const signed = this.#setup.server.releases.get(target)?.signed;
    if (signed === undefined) throw new Error(`${target} cannot be looked up`);
    return { signed, root: 1 };
  }
}

/** Everything that can go on without time going on has gone on: nothing here waits for anything real. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
