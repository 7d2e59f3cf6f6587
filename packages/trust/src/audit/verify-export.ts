/**
 * Verifies an exported log, line by line, in constant memory and without a server.
 *
 * Rule for what is named: `line` is the first line that does not follow from the lines before it, and `entry` the
 * first entry that the file does not prove. A line that was changed is named itself. Where a line was taken out,
 * the line that now stands in its place is named, and the missing entry; a checkpoint that was taken out shows at
 * the next checkpoint or at the end. An entry that was changed together with its own hash shows at the line after
 * it, which still knows the old hash.
 */
import { GENESIS, hashText } from './entry.ts';
import { type EntryLine, readLine, type ReadLine } from './read-line.ts';
import { LineSplitter } from './split-lines.ts';
import {
  type Checkpoint,
  type ExportEnd,
  type ExportHeader,
  keyidOfHex,
  statementHolds,
} from './statements.ts';

export type BrokenKind =
  | 'empty'
  | 'unreadable'
  | 'header'
  | 'key'
  | 'altered'
  | 'missing'
  | 're-ordered'
  | 'inserted'
  | 'duplicated'
  | 'checkpoint'
  | 'end'
  | 'cut-off'
  | 'trailing';

export interface Broken {
  readonly ok: false;
  readonly what: BrokenKind;
  /** From 1. */
  readonly line: number;
  /** Null where all entries are proven, or none can be. */
  readonly entry: number | null;
  readonly because: string;
}

export interface Intact {
  readonly ok: true;
  readonly organisation: string;
  readonly entries: number;
  readonly checkpoints: number;
  readonly keyid: string;
  /** False: the key came with the file, and whoever wrote the file could have made both. */
  readonly pinned: boolean;
  readonly exportedAt: number;
  /** When the last entry was written; null without one. */
  readonly until: number | null;
}

export class ExportVerifier {
  readonly #pinned: ReadonlySet<string> | undefined;
  readonly #lines = new LineSplitter();
  #line = 0;
  #header: { said: ExportHeader; hash: string } | undefined;
  #entries = 0;
  #checkpoints = 0;
  #hash = GENESIS;
  #until: number | null = null;
  #ended: ExportEnd | undefined;
  #broken: Broken | undefined;
  /** After a line without an end. */
  #gaveUp = false;

  /** @param pinned public keys that are trusted, 32 bytes each, hex; without them those in the file are taken */
  constructor(pinned?: readonly string[]) {
    this.#pinned = pinned && new Set(pinned);
  }

  /** @param chunk bytes of the file, in order, cut anywhere */
  push(chunk: Uint8Array): void {
    if (this.#gaveUp) return;
    try {
      for (const line of this.#lines.push(chunk)) {
        this.#line++;
        if (this.#broken === undefined) this.#take(line);
        else this.#lookForMissing(line);
      }
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#gaveUp = true;
      this.#line++;
      if (this.#broken === undefined) this.#break('unreadable', error.message);
    }
  }

  /** Call it once, after the last chunk. */
  end(): Intact | Broken {
    if (this.#broken) return this.#broken;
    this.#line++;
    if (this.#lines.left > 0 && this.#ended)
      return this.#break('trailing', 'something stands after the end of the log');
    if (this.#lines.left > 0) return this.#break('cut-off', 'the file ends within this line');
    const header = this.#header?.said;
    if (!header) return this.#break('empty', 'the file is empty');
    if (!this.#ended)
      return this.#break(
        'cut-off',
        `the file ends after ${this.#entries} of ${header.entries} entries, without its last line`,
      );
    return {
      ok: true,
      organisation: header.organisation,
      entries: this.#entries,
      checkpoints: this.#checkpoints,
      keyid: header.keyid,
      pinned: this.#pinned !== undefined,
      exportedAt: header.exportedAt,
      until: this.#until,
    };
  }

  #take(bytes: Uint8Array): void {
    if (this.#ended) return void this.#break('trailing', 'something stands after the end of the log');
    const line = readLine(bytes);
    if (line.kind === 'unreadable') return void this.#break('unreadable', line.because);
    if (!this.#header) return this.#takeHeader(line);
    const header = this.#header.said;
    switch (line.kind) {
      case 'entry':
        return this.#takeEntry(line, header);
      case 'checkpoint':
        return this.#takeCheckpoint(line.checkpoint, line.sig, header);
      case 'end':
        return this.#takeEnd(line.end, line.sig, header);
      case 'header':
        return void this.#break('inserted', 'a header stands in the middle of the log');
    }
  }

  #takeHeader(line: ReadLine): void {
    if (line.kind !== 'header') return void this.#break('header', 'the file does not begin with its header');
    const { header, sig, text } = line;
    const wrong = Object.entries(header.keys).find(([keyid, key]) => keyidOfHex(key) !== keyid);
    if (wrong || header.keys[header.keyid] !== header.publicKey)
      return void this.#break('header', 'its keys do not have the ids that it gives them');
    if (this.#pinned && !this.#pinned.has(header.publicKey))
      return void this.#break('key', `it is signed by ${short(header.keyid)}, which is not the key given`);
    if (!statementHolds({ header }, header.publicKey, sig))
      return void this.#break('header', 'its signature does not hold');
    this.#header = { said: header, hash: hashText(text) };
  }

  #takeEntry({ seq, at, previous, hash, text }: EntryLine, header: ExportHeader): void {
    const expected = this.#entries + 1;
    if (hashText(text) !== hash)
      return void this.#break('altered', `entry ${expected} does not have the hash that stands beside it`);
    if (seq > expected)
      return void this.#break('missing', `entry ${seq} stands where entry ${expected} belongs`);
    if (seq < expected)
      return void this.#break(
        'duplicated',
        `entry ${seq} stands here again, where ${this.#next(header)} belongs`,
      );
    if (previous !== this.#hash)
      return void this.#break(
        'inserted',
        `entry ${seq} does not follow from the entry before it: one of the two was put in later`,
      );
    if (seq > header.entries)
      return void this.#break('inserted', `the header counts ${header.entries} entries, and this is ${seq}`);
    this.#entries = seq;
    this.#hash = hash;
    this.#until = at;
  }

  #takeCheckpoint(checkpoint: Checkpoint, sig: string, header: ExportHeader): void {
    const { number, seq, hash, keyid } = checkpoint;
    const name = `checkpoint ${number}`;
    const key = this.#keyOf(keyid, header);
    if (key === undefined) return;
    if (!statementHolds({ checkpoint }, key, sig))
      return void this.#break('checkpoint', `the signature of ${name} does not hold`);
    if (checkpoint.organisation !== header.organisation)
      return void this.#break('checkpoint', `${name} is of another organisation`);
    if (number !== this.#checkpoints + 1)
      return void this.#break(
        'checkpoint',
        `${name} stands where checkpoint ${this.#checkpoints + 1} belongs`,
      );
    if (seq > this.#entries)
      return void this.#break(
        'missing',
        `${name} covers entry ${seq}, and the log has ${this.#entries} up to here`,
      );
    if (seq < this.#entries)
      return void this.#break('checkpoint', `${name} belongs after entry ${seq}, not after ${this.#entries}`);
    if (hash !== this.#hash)
      return void this.#break('altered', `${name} was signed over another entry ${seq}`, seq);
    this.#checkpoints = number;
  }

  #takeEnd(end: ExportEnd, sig: string, header: ExportHeader): void {
    if (end.keyid !== header.keyid)
      return void this.#break('key', 'the end is signed by another key than the header');
    if (!statementHolds({ end }, header.publicKey, sig))
      return void this.#break('end', 'the signature of the end does not hold');
    if (end.header !== this.#header?.hash || end.organisation !== header.organisation)
      return void this.#break('end', 'the end belongs to another header');
    if (this.#entries < header.entries || this.#entries !== end.entries)
      return void this.#break(
        'missing',
        `the end comes after ${this.#entries} of ${Math.max(end.entries, header.entries)} entries`,
      );
    if (end.hash !== this.#hash)
      return void this.#break('altered', `the end covers another entry ${this.#entries}`, this.#entries);
    if (end.checkpoints !== this.#checkpoints)
      return void this.#break(
        'checkpoint',
        `the end counts ${end.checkpoints} checkpoints, and there are ${this.#checkpoints}`,
      );
    this.#ended = end;
  }

  /** The key that may have signed; says what is wrong when there is none. */
  #keyOf(keyid: string, header: ExportHeader): string | undefined {
    const key = Object.hasOwn(header.keys, keyid) ? header.keys[keyid] : undefined;
    if (key === undefined)
      this.#break('key', `it is signed by ${short(keyid)}, which the header does not list`);
    else if (this.#pinned && !this.#pinned.has(key))
      this.#break('key', `it is signed by ${short(keyid)}, which is not a key given`);
    else return key;
    return undefined;
  }

  #next({ entries }: ExportHeader): string {
    return this.#entries < entries ? `entry ${this.#entries + 1}` : 'the end';
  }

  #break(what: BrokenKind, because: string, entry?: number): Broken {
    const next = this.#header && this.#entries < this.#header.said.entries ? this.#entries + 1 : null;
    this.#broken = { ok: false, what, line: this.#line, entry: entry ?? next, because };
    return this.#broken;
  }

  /** What was missing and stands further down was moved, not taken out. */
  #lookForMissing(bytes: Uint8Array): void {
    const broken = this.#broken;
    if (broken?.what !== 'missing') return;
    const line = readLine(bytes);
    if (line.kind !== 'entry' || line.seq !== broken.entry || line.previous !== this.#hash) return;
    const because = `${broken.because}; it stands in line ${this.#line}`;
    this.#broken = { ...broken, what: 're-ordered', because };
  }
}

function short(keyid: string): string {
  return `key ${keyid.slice(0, 12)}…`;
}
