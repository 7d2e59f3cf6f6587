/** What this device can give: metadata that it verified, and artifacts that its slots were written with. */
import { join } from 'node:path';
import type { SlotName } from '@tuesday/protocol';
import { digestOf } from '../storage/stream-copy.ts';
import type { SlotContent, SlotPort } from '../slots/slot-port.ts';
import { type Disk, realDisk } from '../storage/disk.ts';

interface Head {
  readonly version: number;
}

const SLOTS: readonly SlotName[] = ['a', 'b'];

export class Holdings {
  readonly #trust: string;
  readonly #slots: Pick<SlotPort, 'content'>;
  readonly #disk: Disk;
  readonly #carried: () => Promise<SlotContent | undefined>;
  /** Path and digest of content that was read and found right. */
  readonly #checked = new Set<string>();

  /**
   * @param trust the device's trust folder
   * @param carried an artifact that was fetched for neighbours
   */
  constructor(
    trust: string,
    slots: Pick<SlotPort, 'content'>,
    carried: () => Promise<SlotContent | undefined>,
    disk: Disk = realDisk,
  ) {
    this.#carried = carried;
    this.#trust = trust;
    this.#slots = slots;
    this.#disk = disk;
  }

  /** Artifacts that are whole; each was read once and has its digest. */
  async artifacts(): Promise<SlotContent[]> {
    const found: SlotContent[] = [];
    for (const slot of SLOTS) {
      const content = await this.#slots.content(slot);
      if (content !== undefined && (await this.#isRight(content))) found.push(content);
    }
    const carried = await this.#carried();
    if (carried !== undefined && (await this.#isRight(carried))) found.push(carried);
    return found;
  }

  async artifact(sha256: string): Promise<SlotContent | undefined> {
    return (await this.artifacts()).find((content) => content.sha256 === sha256);
  }

  /**
   * A metadata file under the name that the server serves it by: `timestamp.json`, `7.snapshot.json`,
   * `3.targets.json`, `2.root.json`.
   */
  async metadata(name: string): Promise<Buffer | undefined> {
    if (name === 'timestamp.json') return this.#file('timestamp.json');
    const match = /^([1-9]\d{0,8})\.(root|snapshot|targets)\.json$/.exec(name);
    if (match === null) return undefined;
    const [, version, role] = match;
    const current = await this.#file(`${role}.json`);
    if (current !== undefined && headOf(current)?.version === Number(version)) return current;
    return role === 'root' ? this.#file(join('roots', name)) : undefined;
  }

  /** Version of the timestamp; 0: there is none. */
  async timestampVersion(): Promise<number> {
    const timestamp = await this.#file('timestamp.json');
    return (timestamp && headOf(timestamp)?.version) ?? 0;
  }

  /** Everything that a device with an old root needs, by name. */
  async allMetadata(): Promise<Map<string, Buffer>> {
    const files = new Map<string, Buffer>();
    for (const name of await this.#disk.list(join(this.#trust, 'roots'))) {
      const bytes = await this.metadata(name);
      if (bytes !== undefined) files.set(name, bytes);
    }
    for (const role of ['root', 'snapshot', 'targets']) {
      const bytes = await this.#file(`${role}.json`);
      const head = bytes && headOf(bytes);
      if (bytes !== undefined && head !== undefined) files.set(`${head.version}.${role}.json`, bytes);
    }
    const timestamp = await this.#file('timestamp.json');
    if (timestamp !== undefined) files.set('timestamp.json', timestamp);
    return files;
  }

  #file(name: string): Promise<Buffer | undefined> {
    return this.#disk.read(join(this.#trust, name));
  }

  async #isRight({ path, length, sha256 }: SlotContent): Promise<boolean> {
    const key = `${path} ${sha256}`;
    if (this.#checked.has(key)) return true;
    // A block device is longer than what was written to it; only files can be judged whole here.
    if ((await this.#disk.size(path)) !== length) return true;
    if ((await digestOf(path, this.#disk)) !== sha256) return false;
    this.#checked.add(key);
    return true;
  }
}

function headOf(bytes: Buffer): Head | undefined {
  try {
    const { signed } = JSON.parse(bytes.toString('utf8')) as { signed?: { version?: unknown } };
    return typeof signed?.version === 'number' ? { version: signed.version } : undefined;
  } catch {
    return undefined;
  }
}
