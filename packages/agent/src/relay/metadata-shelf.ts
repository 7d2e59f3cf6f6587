/**
 * The signed metadata that this device can give. Its files change one after the other, so after a power cut those of
 * two days may stand beside each other, or a root of the chain may be missing: what a device with an old root could not
 * verify would pass for a lie, and is not shown.
 */
import { join } from 'node:path';
import type { Disk } from '../storage/disk.ts';
import { type TrustFolder, versionOf } from '../trust/trust-folder.ts';

interface Together {
  readonly timestamp: Buffer;
  readonly snapshot: Buffer;
  readonly targets: Buffer;
}

/** What one role says of the version of another. */
type Lists = {
  readonly signed?: { readonly meta?: Readonly<Record<string, { readonly version?: unknown }>> };
};

export class MetadataShelf {
  readonly #folder: string;
  readonly #pinned: number;
  readonly #disk: Disk;
  /** What was found to belong together last: neighbours ask often, and reading a list of releases takes a while. */
  #last: Together | undefined;

  constructor({ folder, pinnedRoot }: Pick<TrustFolder, 'folder' | 'pinnedRoot'>, disk: Disk) {
    this.#folder = folder;
    this.#pinned = versionOf(Buffer.from(pinnedRoot)) ?? 1;
    this.#disk = disk;
  }

  /**
   * A metadata file under the name that the server serves it by: `timestamp.json`, `7.snapshot.json`,
   * `3.targets.json`, `2.root.json`.
   */
  async file(name: string): Promise<Buffer | undefined> {
    const match = /^(?:([1-9]\d{0,8})\.(root|snapshot|targets)|timestamp)\.json$/.exec(name);
    if (match === null) return undefined;
    const version = Number(match[1]);
    if (match[2] === 'root') return this.#root(version);
    const together = await this.#together();
    const bytes = together?.[(match[2] ?? 'timestamp') as keyof Together];
    return bytes !== undefined && (name === 'timestamp.json' || versionOf(bytes) === version)
      ? bytes
      : undefined;
  }

  /** Version of the timestamp; 0: there is nothing to give. */
  async timestampVersion(): Promise<number> {
    const together = await this.#together();
    return (together && versionOf(together.timestamp)) ?? 0;
  }

  /** Everything that a device with an old root needs, by name; nothing when it does not belong together. */
  async all(): Promise<Map<string, Buffer>> {
    const files = new Map<string, Buffer>();
    const together = await this.#together();
    if (together === undefined) return files;
    for (const name of await this.#disk.list(join(this.#folder, 'roots'))) {
      const bytes = await this.file(name);
      if (bytes !== undefined) files.set(name, bytes);
    }
    const root = await this.#read('root.json');
    for (const [role, bytes] of Object.entries({ root, ...together })) {
      const version = bytes && versionOf(bytes);
      if (bytes === undefined || version === undefined) continue;
      files.set(role === 'timestamp' ? 'timestamp.json' : `${version}.${role}.json`, bytes);
    }
    return files;
  }

  async #root(version: number): Promise<Buffer | undefined> {
    for (const file of ['root.json', join('roots', `${version}.root.json`)]) {
      const bytes = await this.#read(file);
      if (bytes !== undefined && versionOf(bytes) === version) return bytes;
    }
    return undefined;
  }

  async #together(): Promise<Together | undefined> {
    const [timestamp, snapshot, targets] = await Promise.all(
      ['timestamp.json', 'snapshot.json', 'targets.json'].map((name) => this.#read(name)),
    );
    if (timestamp === undefined || snapshot === undefined || targets === undefined) return undefined;
    if (!(await this.#hasRoots())) return undefined;
    const found = { timestamp, snapshot, targets };
    if (this.#last !== undefined && isSame(this.#last, found)) return this.#last;
    const belong = lists(timestamp, 'snapshot', snapshot) && lists(snapshot, 'targets', targets);
    this.#last = belong ? found : undefined;
    return this.#last;
  }

  /** All from the one that devices are made with to the one that is trusted now. */
  async #hasRoots(): Promise<boolean> {
    const root = await this.#read('root.json');
    const current = (root && versionOf(root)) ?? 0;
    for (let version = this.#pinned + 1; version < current; version++) {
      const size = await this.#disk.size(join(this.#folder, 'roots', `${version}.root.json`));
      if (size === undefined) return false;
    }
    return current > 0;
  }

  #read(name: string): Promise<Buffer | undefined> {
    return this.#disk.read(join(this.#folder, name));
  }
}

function isSame(one: Together, other: Together): boolean {
  return (['timestamp', 'snapshot', 'targets'] as const).every((role) => one[role].equals(other[role]));
}

function lists(metadata: Buffer, role: string, listed: Buffer): boolean {
  const version = versionOf(listed);
  try {
    const { signed } = JSON.parse(metadata.toString('utf8')) as Lists;
    return version !== undefined && signed?.meta?.[`${role}.json`]?.version === version;
  } catch {
    return false;
  }
}
