/**
 * A disk in memory that loses power. What was not synced is then there, partly there or not there, as chance has it;
 * names change in order, and only as far as chance has it.
 */
import type { Disk, DiskFile } from '../../storage/disk.ts';
import { PowerCut } from '../../testing/pretend-flash.ts';

interface Inode {
  view: Buffer;
  durable: Buffer;
  pending: { readonly at: number; readonly bytes: Buffer }[];
}

export class CutDisk implements Disk {
  /** Steps so far: everything that changes something. */
  steps = 0;
  #names = new Map<string, Inode>();
  #durableNames = new Map<string, Inode>();
  #nameChanges: ((names: Map<string, Inode>) => void)[] = [];
  #cutAt = Infinity;
  readonly #random: () => number;
  /** Bytes that are written whole or not at all. */
  unit = 1;

  /** @param random decides what of the unsynced is kept */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Power goes after so many more steps, the last of them done by half. */
  cutAfter(steps: number): void {
    this.#cutAt = this.steps + steps;
  }

  /** What is left when power comes back. No cut is planned any more. */
  loseWhatWasNotSynced(): void {
    this.#cutAt = Infinity;
    const kept = Math.floor(this.#random() * (this.#nameChanges.length + 1));
    for (const change of this.#nameChanges.slice(0, kept)) change(this.#durableNames);
    this.#nameChanges = [];
    for (const inode of new Set([...this.#durableNames.values(), ...this.#names.values()])) {
      for (const { at, bytes } of inode.pending) {
        const part = this.#random();
        const units = Math.ceil(bytes.length / this.unit) + 1;
        const left =
          part < 0.3 ? 0 : part < 0.6 ? bytes.length : Math.floor(this.#random() * units) * this.unit;
        inode.durable = overwrite(inode.durable, at, bytes.subarray(0, left));
      }
      inode.pending = [];
      inode.view = inode.durable;
    }
    this.#names = new Map(this.#durableNames);
  }

  /** As a person with the disk in hand would: at once, and durable. */
  place(path: string, bytes: Buffer | string): void {
    const content = Buffer.from(bytes);
    const inode: Inode = { view: content, durable: content, pending: [] };
    this.#names.set(path, inode);
    this.#durableNames.set(path, inode);
  }

  takeAway(path: string): void {
    this.#names.delete(path);
    this.#durableNames.delete(path);
  }

  look(path: string): Buffer | undefined {
    return this.#names.get(path)?.view;
  }

  read = async (path: string) => this.look(path) && Buffer.from(this.look(path) as Buffer);
  size = async (path: string) => this.look(path)?.length;
  readPart = async (path: string, from: number, length: number) =>
    Buffer.from(this.#inode(path).view.subarray(from, from + length));

  async *stream(path: string, from = 0): AsyncIterable<Buffer> {
    const { view } = this.#inode(path);
    for (let at = from; at < view.length; at += 1_000) yield view.subarray(at, at + 1_000);
  }

  async list(folder: string): Promise<string[]> {
    const within = [...this.#names.keys()].filter((path) => path.startsWith(`${folder}/`));
    return within
      .map((path) => path.slice(folder.length + 1))
      .filter((name) => !name.includes('/'))
      .sort();
  }

  async create(path: string): Promise<DiskFile> {
    const inode: Inode = { view: Buffer.alloc(0), durable: Buffer.alloc(0), pending: [] };
    this.#change((names) => names.set(path, inode));
    return this.#file(inode);
  }

  update = async (path: string) => this.#file(this.#inode(path));

  async rename(from: string, to: string): Promise<void> {
    const inode = this.#inode(from);
    this.#change((names) => {
      names.set(to, inode);
      if (names.get(from) === inode) names.delete(from);
    });
  }

  async remove(path: string): Promise<void> {
    if (this.#names.has(path)) this.#change((names) => names.delete(path));
  }

  makeFolder = async () => undefined;
  freeBytes = async () => 1e9;

  async syncFolder(_folder: string): Promise<void> {
    this.#step(() => {
      for (const change of this.#nameChanges) change(this.#durableNames);
      this.#nameChanges = [];
    });
  }

  #file(inode: Inode): DiskFile {
    return {
      write: async (bytes, at) =>
        this.#step(() => {
          inode.pending.push({ at, bytes: Buffer.from(bytes) });
          inode.view = overwrite(inode.view, at, bytes);
        }),
      sync: async () =>
        this.#step(() => {
          for (const { at, bytes } of inode.pending) inode.durable = overwrite(inode.durable, at, bytes);
          inode.pending = [];
        }),
      [Symbol.asyncDispose]: async () => undefined,
    };
  }

  #inode(path: string): Inode {
    const inode = this.#names.get(path);
    if (inode === undefined) throw Object.assign(new Error(`there is no ${path}`), { code: 'ENOENT' });
    return inode;
  }

  #change(change: (names: Map<string, Inode>) => void): void {
    this.#step(() => {
      change(this.#names);
      this.#nameChanges.push(change);
    });
  }

  /** The step at which power goes is done, and not synced. After it there is no power. */
  #step(work: () => void): void {
    if (this.steps > this.#cutAt) throw new PowerCut(`after step ${this.#cutAt}`);
    this.steps += 1;
    const cut = this.steps > this.#cutAt;
    if (!cut || this.#random() < 0.5) work();
    if (cut) throw new PowerCut(`at step ${this.steps}`);
  }
}

function overwrite(content: Buffer, at: number, bytes: Uint8Array): Buffer {
  const result = Buffer.alloc(Math.max(content.length, at + bytes.length));
  content.copy(result);
  result.set(bytes, at);
  return result;
}
