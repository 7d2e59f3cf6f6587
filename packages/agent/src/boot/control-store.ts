/** Where a boot loader keeps what it counts: the one thing in which the machine back-ends differ. */
import type { BootControl } from '../core/types.ts';
import type { BootPromises } from './boot-port.ts';

export interface ControlStore {
  readonly promises: BootPromises;
  /**
   * As the boot loader would read it.
   *
   * @returns undefined when what is there makes no sense: torn, garbage, never written
   * @throws what the file system throws
   */
  read(): Promise<BootControl | undefined>;
  /**
   * Durable when it resolves. Keeps what belongs to others.
   *
   * @param limit provisional boots, those done included; some boot loaders are told
   */
  write(control: BootControl, limit: number): Promise<void>;
}
