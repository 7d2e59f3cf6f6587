/** One scenario in a cell that is up: what came of it, and nothing of it left. */
import { join } from 'node:path';
import { type CellResult, type ScenarioResult, toMillis } from '@tuesday/protocol';
import type { Service } from '../bring-up/service.ts';
import type { ScenarioName } from '../file/scenario-name.ts';
import { type Device, startDevice } from '../play/device.ts';
import { type Observer, observe } from '../play/observer.ts';
import { Failed, Unsupported } from '../play/outcome.ts';
import { SCENARIOS } from '../play/scenarios/index.ts';
import { type Scene, topicFor } from '../play/scene.ts';
import type { RunSetting } from './setting.ts';

export interface Stage {
  readonly setting: RunSetting;
  readonly broker: Service;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly log: (who: string, line: string) => void;
  readonly started: (mark: string) => void;
}

export interface Played {
  readonly result: ScenarioResult;
  /** The longest stretch in which devices ran without a break. */
  readonly ran: Stretch;
  /** Nothing was learned, although it was meant to be: that is about the cell, not about the release. */
  readonly broken: boolean;
}

export interface Stretch {
  readonly realSeconds: number;
  /** By the devices' own clocks. */
  readonly deviceSeconds: number;
}

/** @throws the run's reason when it is aborted */
export async function playScenario(name: ScenarioName | 'soak', stage: Stage): Promise<Played> {
  const began = performance.now();
  const props = new Props(name, stage);
  const log = (line: string) => stage.log('matrix', line);
  log(`scenario ${name}`);
  let result: CellResult = 'passed';
  let because = '';
  let broken = false;
  try {
    await SCENARIOS[name](props.scene);
  } catch (error) {
    if (stage.signal.aborted) throw error;
    result = error instanceof Failed ? 'failed' : 'not-run';
    broken = result === 'not-run' && !(error instanceof Unsupported);
    because = (error as Error).message.slice(0, 2_000);
  } finally {
    await props.clear();
  }
  log(`scenario ${name}: ${result}${because === '' ? '' : `: ${because}`}`);
  const seconds = (performance.now() - began) / 1_000;
  return {
    result: { scenario: name, result, because, seconds: round(seconds) },
    ran: props.ran,
    broken,
  };
}

export function round(seconds: number): number {
  return Math.round(seconds * 1_000) / 1_000;
}

/** What a scenario took into its hands, and what must be put away after it. */
class Props {
  readonly scene: Scene;
  ran: Stretch = { realSeconds: 0, deviceSeconds: 0 };
  readonly #devices: Device[] = [];
  readonly #observers: Observer[] = [];
  #groups = 0;
  #since = 0;
  #rate = 1;

  constructor(name: string, stage: Stage) {
    const { setting, broker, folder, signal } = stage;
    const { device, limits, soak } = setting.file;
    this.scene = {
      clock: setting.clock,
      broker,
      device,
      limits: { connect: toMillis(limits.connect), publish: toMillis(limits.publish) },
      soakMillis: toMillis(soak),
      folder,
      signal,
      log: (line) => stage.log('matrix', line),
      observe: () => this.#observe(stage, device.count),
      startDevices: (pace, env = {}) => this.#startDevices(name, stage, pace, env),
    };
  }

  async #observe({ broker, setting }: Stage, count: number): Promise<Observer> {
    const { device, limits } = setting.file;
    const observer = await observe(broker, toMillis(limits.connect));
    this.#observers.push(observer);
    const topics = [device.publishes, device.sendsLarge?.to].filter((topic) => topic !== undefined);
    for (const topic of topics)
      for (const name of deviceNames(count)) await observer.subscribe(topicFor(topic, name));
    return observer;
  }

  async #startDevices(
    name: string,
    stage: Stage,
    pace: 'real' | 'fast',
    more: Readonly<Record<string, string>>,
  ): Promise<Device[]> {
    this.#stretchEnds();
    const { device } = stage.setting.file;
    const group = `${name}-${++this.#groups}`;
    this.#rate = pace === 'fast' ? (device.timeRate ?? 1) : 1;
    const rate = { TIME_RATE: String(this.#rate) };
    const devices: Device[] = [];
    for (const one of deviceNames(device.count)) {
      const started = await startDevice({
        name: one,
        command: device.command,
        folder: join(stage.folder, group, one),
        env: { ...stage.env, ...device.env, ...rate, ...more },
        broker: stage.broker,
        log: stage.log,
        started: stage.started,
      });
      devices.push(started);
      this.#devices.push(started);
    }
    this.#since = performance.now();
    return devices;
  }

  #stretchEnds(): void {
    if (this.#since === 0) return;
    const realSeconds = (performance.now() - this.#since) / 1_000;
    const deviceSeconds = realSeconds * this.#rate;
    if (deviceSeconds > this.ran.deviceSeconds)
      this.ran = { realSeconds: round(realSeconds), deviceSeconds: round(deviceSeconds) };
  }

  async clear(): Promise<void> {
    this.#stretchEnds();
    await Promise.all(this.#devices.map((device) => device.stop()));
    await Promise.all(this.#observers.map((observer) => observer.end()));
  }
}

function deviceNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `device-${index + 1}`);
}
