/**
 * A disk in memory that loses power at one of its writes, or fails in another way. After a cut nothing that
 * was asked of it is ever answered, as in a machine without power, until `powerOn`. `platter.ts` says what a
 * cut leaves; `testing/disk/disk.contract.ts` holds it to what the real one does while there is power.
 */
import { dirname, join } from 'node:path';
import type { Disk, DiskFile } from '../../storage/disk.ts';
import { type Change, type CutKind, Inode, Platter } from './platter.ts';

/** One write, as the disk saw it: a change of bytes, length or names. */
export interface NotedWrite {
  readonly what: string;
  /** The ways to cut it that differ from each other. */
  readonly kinds: readonly CutKind[];
}

/** ENOSPC: what needs room fails. EROFS: every change and every sync fails. EIO: so does whatever it meets. */
export type DiskFault = 'ENOSPC' | 'EROFS' | 'EIO';

/** Bytes that `stream` hands out at once. */
const CHUNK = 1_024;
const ROOM = 1_000_000_000;

export class PretendDisk implements Disk {
  readonly #platter = new Platter();
  readonly #folders = new Set(['/']);
  readonly noted: NotedWrite[] = [];
  #cut: { readonly at: number; readonly kind: CutKind } | undefined;
  #fault: { readonly code: DiskFault; readonly from: number; readonly once: boolean } | undefined;
  #off = Promise.withResolvers<void>();
  /** The power is gone. */
  off = false;
  /** Power cuts so far. */
  cuts = 0;
  /** Writes and syncs so far: each may meet a fault. */
  acts = 0;
  /** Faults that were met. */
  faults = 0;
  /** It says that it has synced these, and has not: to see whether a loop would notice. */
  liesAbout: 'files' | 'folders' | undefined;

  /** Writes so far, the one that was cut included. */
  get writes(): number {
    return this.noted.length;
  }

  /** Resolves when the power goes. */
  get whenOff(): Promise<void> {
    return this.#off.promise;
  }

  /** @param at counts writes, from the first one ever */
  cutPower(at: number, kind: CutKind): void {
    this.#cut = { at, kind };
  }

  powerOn(): void {
    this.off = false;
    this.#off = Promise.withResolvers();
  }

  /** @param from counts acts, from the first one ever; from then on, or just then */
  fail(code: DiskFault, from: number, once = false): void {
    this.#fault = { code, from, once };
  }

  mend(): void {
    this.#fault = undefined;
  }

  /** A block device of so many bytes, which begins with these; the others are zero. */
  addDevice(path: string, size: number, bytes: Buffer = Buffer.alloc(0)): void {
    const inode = new Inode(size);
    bytes.copy(inode.cache);
    bytes.copy(inode.durable);
    this.#folders.add(dirname(path));
    this.#platter.found(path, inode);
  }

  /** What is there now, past every fault: for those who judge. */
  peek(path: string): Buffer | undefined {
    return this.#platter.names.get(path)?.cache;
  }

  /** Somebody alters a file by hand; it is durable. */
  plant(path: string, bytes: Buffer): void {
    const inode = new Inode();
    [inode.cache, inode.durable] = [bytes, bytes];
    this.#folders.add(dirname(path));
    this.#platter.found(path, inode);
  }

  async read(path: string): Promise<Buffer | undefined> {
    await this.#powered();
    if (this.#folders.has(path)) throw failure('EISDIR', path);
    return this.peek(path);
  }

  async readPart(path: string, from: number, length: number): Promise<Buffer> {
    await this.#powered();
    return this.#inode(path).cache.subarray(from, from + length);
  }

  async *stream(path: string, from = 0): AsyncIterable<Buffer> {
    await this.#powered();
    const inode = this.#inode(path);
    for (let at = from; at < inode.cache.length; at += CHUNK) {
      yield inode.cache.subarray(at, at + CHUNK);
      await this.#powered();
    }
  }

  async size(path: string): Promise<number | undefined> {
    await this.#powered();
    return this.peek(path)?.length;
  }

  async list(folder: string): Promise<string[]> {
    await this.#powered();
    return [...this.#platter.names.keys(), ...this.#folders]
      .filter((path) => dirname(path) === folder && path !== folder)
      .map((path) => path.slice(join(folder, '/').length))
      .sort();
  }

  async create(path: string): Promise<DiskFile> {
    if (!this.#folders.has(dirname(path))) throw failure('ENOENT', path);
    const there = this.#platter.names.get(path);
    const inode = there ?? new Inode();
    if (there === undefined) {
      const apply = (names: Map<string, Inode>) => void names.set(path, inode);
      await this.#write(`create ${path}`, { of: 'names', folder: dirname(path), apply });
    } else if (!there.fixed && there.cache.length > 0) {
      await this.#write(`empty ${path}`, { of: 'length', inode });
    } else await this.#act(false);
    return this.#file(path, inode);
  }

  async update(path: string): Promise<DiskFile> {
    await this.#powered();
    const inode = this.#inode(path);
    if (this.#lasting('EROFS')) throw failure('EROFS', path);
    return this.#file(path, inode);
  }

  async rename(from: string, to: string): Promise<void> {
    const inode = this.#inode(from);
    const apply = (names: Map<string, Inode>) => {
      names.delete(from);
      names.set(to, inode);
    };
    await this.#write(`rename ${from} to ${to}`, { of: 'names', folder: dirname(to), apply }, false);
  }

  async remove(path: string): Promise<void> {
    await this.#powered();
    if (!this.#platter.names.has(path)) return;
    const apply = (names: Map<string, Inode>) => void names.delete(path);
    await this.#write(`remove ${path}`, { of: 'names', folder: dirname(path), apply }, false);
  }

  /** Durable when it resolves, as the real one. */
  async makeFolder(path: string): Promise<void> {
    await this.#powered();
    if (this.#folders.has(path)) return;
    await this.makeFolder(dirname(path));
    const apply = () => void this.#folders.add(path);
    await this.#write(`make ${path}`, { of: 'names', folder: dirname(path), apply });
    this.#platter.syncNames(dirname(path));
  }

  async syncFolder(path: string): Promise<void> {
    await this.#act(false);
    if (!this.#folders.has(path)) throw failure('ENOENT', path);
    if (this.liesAbout !== 'folders') this.#platter.syncNames(path);
  }

  async freeBytes(_folder?: string): Promise<number> {
    await this.#powered();
    return this.#lasting('ENOSPC') ? 0 : ROOM;
  }

  #lasting(code: DiskFault): boolean {
    const fault = this.#fault;
    return fault?.code === code && !fault.once && this.acts + 1 >= fault.from;
  }

  #file(path: string, inode: Inode): DiskFile {
    return {
      write: (bytes, at) => this.#writeBytes(path, inode, Buffer.from(bytes), at),
      sync: async () => {
        try {
          await this.#act(false);
        } catch (error) {
          this.#platter.forget(inode);
          throw error;
        }
        if (this.liesAbout !== 'files') this.#platter.syncFile(inode);
      },
      [Symbol.asyncDispose]: () => this.#powered(),
    };
  }

  async #writeBytes(path: string, inode: Inode, bytes: Buffer, at: number): Promise<void> {
    if (bytes.length === 0) return this.#powered();
    if (inode.fixed && at + bytes.length > inode.cache.length) throw failure('ENOSPC', path);
    try {
      await this.#write(`write ${bytes.length} bytes at ${at} of ${path}`, { of: 'bytes', inode, at, bytes });
    } catch (error) {
      // A full disk takes what still fits.
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC')
        this.#platter.perform({ of: 'bytes', inode, at, bytes: bytes.subarray(0, bytes.length >> 1) });
      throw error;
    }
  }

  async #write(what: string, change: Change, needsRoom = true): Promise<void> {
    await this.#act(needsRoom);
    this.noted.push({ what, kinds: this.#platter.kindsFor(change) });
    if (this.#cut?.at !== this.writes) return this.#platter.perform(change);
    this.#platter.cut(this.#cut.kind, change);
    this.#cut = undefined;
    this.cuts += 1;
    this.off = true;
    this.#off.resolve();
    return this.#powered();
  }

  /** A write or a sync begins: it may meet a fault. */
  async #act(needsRoom: boolean): Promise<void> {
    await this.#powered();
    this.acts += 1;
    if (this.#fault === undefined) return;
    const { code, from, once } = this.#fault;
    if (once ? this.acts !== from : this.acts < from) return;
    if (code === 'ENOSPC' && !needsRoom) return;
    this.faults += 1;
    throw failure(code, 'the pretend disk');
  }

  #powered(): Promise<void> {
    return this.off ? new Promise(() => undefined) : Promise.resolve();
  }

  #inode(path: string): Inode {
    const inode = this.#platter.names.get(path);
    if (inode === undefined) throw failure('ENOENT', path);
    return inode;
  }
}

function failure(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
