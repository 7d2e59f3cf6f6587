/** What a scenario plays with: the broker of the cell, our observer, and devices that are its own. */
import type { Clock } from '@tuesday/protocol';
import type { Service } from '../bring-up/service.ts';
import type { MatrixDevice } from '../file/device.ts';
import type { Device } from './device.ts';
import type { Observer } from './observer.ts';

export interface Scene {
  readonly clock: Clock;
  readonly broker: Service;
  readonly device: MatrixDevice;
  /** Real milliseconds. */
  readonly limits: { readonly connect: number; readonly publish: number };
  /** Device time of the soak, milliseconds. */
  readonly soakMillis: number;
  readonly folder: string;
  readonly signal: AbortSignal;
  log(line: string): void;
  /** Subscribed before it is handed out to what the devices publish, where the file says where that is. */
  observe(): Promise<Observer>;
  /**
   * Starts the devices of the cell, with more in their environment; they are ended after the scenario.
   *
   * @param pace `fast` as fast as the firmware can: for what takes hours. Networks and brokers live in real time, and
   *   what a device does about them is only true in real time
   */
  startDevices(pace: 'real' | 'fast', env?: Readonly<Record<string, string>>): Promise<readonly Device[]>;
}

/** A topic of the file, for one device. */
export function topicFor(topic: string, device: string): string {
  return topic.replaceAll('{DEVICE}', device);
}

/** Whether a topic fits a filter. MQTT 3.1.1, clause 4.7. */
export function topicFits(filter: string, topic: string): boolean {
  const [want, have] = [filter.split('/'), topic.split('/')];
  for (const [index, level] of want.entries()) {
    if (level === '#') return true;
    if (have[index] === undefined || (level !== '+' && level !== have[index])) return false;
  }
  return want.length === have.length;
}
