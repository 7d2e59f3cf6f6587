/**
 * What a power cut leaves of files: the platter, and beside it what only the page cache knows.
 *
 * The model is what POSIX promises and no more. Bytes are durable after `fsync` of their file; names are
 * durable after `fsync` of their folder (fsync(2), NOTES: calling it on a file does not make the entry in the
 * folder durable). Until then a write may be lost, reach the platter in part, or before the one before it.
 * A change of names is atomic, but may be durable before the bytes of the file that it names: the trap of
 * delayed allocation, for which ext4 has the mount option `auto_da_alloc`
 * (Documentation/admin-guide/ext4.rst, Linux 6.12); other file systems and `noauto_da_alloc` do not help.
 */

/** One file, whatever its names are. */
export class Inode {
  /** What readers see. */
  cache: Buffer = Buffer.alloc(0);
  /** What is there after a power cut. */
  durable: Buffer = Buffer.alloc(0);
  /** A block device keeps its size. */
  readonly fixed: boolean;

  constructor(size?: number) {
    this.fixed = size !== undefined;
    if (size !== undefined) [this.cache, this.durable] = [Buffer.alloc(size), Buffer.alloc(size)];
  }
}

export type Names = Map<string, Inode>;

/** One change that the disk has heard of. */
export type Change =
  | { readonly of: 'bytes'; readonly inode: Inode; readonly at: number; readonly bytes: Buffer }
  /** The file is emptied. */
  | { readonly of: 'length'; readonly inode: Inode }
  | { readonly of: 'names'; readonly folder: string; readonly apply: (names: Names) => void };

/**
 * How the power goes at a write. cut: it leaves nothing, and what was not synced before it is lost. torn: half
 * of it (of a change of names: it is there, the bytes that were not synced are not). sector: its first 512
 * bytes. reordered: it is there, the write before it is not. kept: all of it, although nobody synced it.
 */
export const CUT_KINDS = ['cut', 'torn', 'sector', 'reordered', 'kept'] as const;
export type CutKind = (typeof CUT_KINDS)[number];

/** Bytes that a disk writes in one piece. */
const SECTOR = 512;

export class Platter {
  names: Names = new Map();
  #durableNames: Names = new Map();
  /** Not synced yet, oldest first. */
  #pending: Change[] = [];

  /** The kinds of cut that differ at this change. */
  kindsFor(change: Change): CutKind[] {
    const long = change.of === 'bytes' && change.bytes.length > SECTOR;
    const follows = this.#pending.length > 0;
    return CUT_KINDS.filter((kind) => (kind === 'sector' ? long : kind === 'reordered' ? follows : true));
  }

  /** Into the page cache. */
  perform(change: Change): void {
    if (change.of === 'names') change.apply(this.names);
    else change.inode.cache = changed(change.inode.cache, change);
    this.#pending.push(change);
  }

  /** A file or folder that is there whatever happens. */
  found(path: string, inode: Inode): void {
    this.names.set(path, inode);
    this.#durableNames.set(path, inode);
  }

  syncFile(inode: Inode): void {
    this.#settle((change) => change.of !== 'names' && change.inode === inode);
  }

  syncNames(folder: string): void {
    this.#settle((change) => change.of === 'names' && change.folder === folder);
  }

  /** What Linux does after an fsync that failed: the bytes stay in the cache, and nobody tries again. */
  forget(inode: Inode): void {
    this.#pending = this.#pending.filter((change) => change.of === 'names' || change.inode !== inode);
  }

  /** The power goes while this change is made. */
  cut(kind: CutKind, change: Change): void {
    for (const survivor of survivors(kind, this.#pending, change)) this.#make(survivor);
    this.#pending = [];
    for (const inode of [...this.names.values(), ...this.#durableNames.values()]) inode.cache = inode.durable;
    this.names = new Map(this.#durableNames);
  }

  #settle(which: (change: Change) => boolean): void {
    for (const change of this.#pending) if (which(change)) this.#make(change);
    this.#pending = this.#pending.filter((change) => !which(change));
  }

  #make(change: Change): void {
    if (change.of === 'names') change.apply(this.#durableNames);
    else change.inode.durable = changed(change.inode.durable, change);
  }
}

function survivors(kind: CutKind, pending: readonly Change[], change: Change): readonly Change[] {
  if (kind === 'cut') return [];
  if (kind === 'kept') return [...pending, change];
  if (kind === 'reordered') return [...pending.slice(0, -1), change];
  if (change.of !== 'bytes') return [...pending.filter(({ of }) => of === 'names'), change];
  return [...pending, prefix(change, kind === 'torn' ? change.bytes.length >> 1 : SECTOR)];
}

function prefix(change: Extract<Change, { of: 'bytes' }>, length: number): Change {
  return { ...change, bytes: change.bytes.subarray(0, length) };
}

/** A hole reads as zeros. */
function changed(before: Buffer, change: Extract<Change, { of: 'bytes' | 'length' }>): Buffer {
  if (change.of === 'length') return Buffer.alloc(0);
  const after = Buffer.alloc(Math.max(before.length, change.at + change.bytes.length));
  before.copy(after);
  change.bytes.copy(after, change.at);
  return after;
}
