/**
 * The road over the mesh: slow, and the last. A file comes from one source at a time; when its digest is not the signed
 * one, all that this source said is thrown away and others are asked first.
 */
import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { type Clock, type OrRefused, type Refusal, refuse, wallClock } from '@tuesday/protocol';
import { readPart, startOver } from '../download/part.ts';
import type { Assembly } from '../relay/mesh/assembly.ts';
import { FILE_LIMIT } from '../relay/mesh/blocks.ts';
import type { Have, MeshLink } from '../relay/mesh/mesh-link.ts';
import { unpackFiles } from '../relay/mesh/pack.ts';
import { idOf, METADATA } from '../relay/mesh/pdu.ts';
import { type Disk, realDisk } from '../storage/disk.ts';
import { type Recoveries, recoveriesFrom } from '../trust/recoveries.ts';
import type { TrustFolder } from '../trust/trust-folder.ts';
import type { Road, Wanted } from './road.ts';

export interface MeshRoadOptions {
  readonly link: Pick<MeshLink, 'ask' | 'fetch'>;
  readonly trust: TrustFolder;
  readonly hardware: string;
  readonly log: (event: string, facts: object) => void;
  readonly disk?: Disk;
  /** Real time. */
  readonly clock?: Clock;
  /** How long to listen for answers, milliseconds. */
  readonly listenMillis?: number;
}

const LISTEN_MILLIS = 6_000;
const LIED_MILLIS = 3_600_000;
/** Packed metadata, bytes: five minutes of a slow mesh. */
const PACK_LIMIT = 131_072;
const AT_MOST = 6;

export class MeshRoad implements Road {
  readonly name = 'neighbours on the mesh';
  readonly by = 'mesh';
  readonly #options: MeshRoadOptions;
  readonly #clock: Clock;
  readonly #avoidedUntil = new Map<number, number>();

  constructor(options: MeshRoadOptions) {
    this.#options = options;
    this.#clock = options.clock ?? wallClock();
  }

  async recoveries(signal: AbortSignal): Promise<OrRefused<Recoveries>> {
    const { trust, hardware } = this.#options;
    const haves = await this.#ask(METADATA, (have) => have.length <= PACK_LIMIT, signal);
    const newestFirst = haves.sort((a, b) => b.rank - a.rank);
    let last: Refusal | undefined;
    for (const have of newestFirst.slice(0, AT_MOST)) {
      const got = await this.#wholeFrom(have, signal);
      const files = got === undefined || 'refused' in got ? undefined : unpackFiles(got.bytes);
      if (files === undefined) {
        last = got === undefined ? silent(have) : this.#lied(have, 'what came is no metadata.');
        continue;
      }
      const found = await recoveriesFrom({ files }, trust, hardware, signal);
      if (!('refused' in found)) return found;
      last = this.#lied(have, found.refused.because);
    }
    return { refused: last ?? nobodyHeard() };
  }

  async fetch(wanted: Wanted, signal: AbortSignal): Promise<OrRefused<{ file: string }>> {
    const { length, sha256 } = wanted.signed;
    if (length > FILE_LIMIT) {
      return {
        refused: refuse(
          'download-failed',
          `${length} bytes are too many for the mesh, which takes ${FILE_LIMIT}.`,
        ),
      };
    }
    const haves = await this.#ask(idOf(sha256), (have) => have.length === length, signal);
    const got = await this.#fromAnyOf(haves.slice(0, AT_MOST), wanted, signal);
    if ('refused' in got) return got;
    await this.#write(wanted, got.bytes);
    return { file: wanted.file };
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  /**
   * What a source brought before it fell silent is kept for the next one. If the whole is wrong then, nobody knows who
   * lied: all of it goes, and from then on nothing of two sources is put together.
   */
  async #fromAnyOf(
    haves: readonly Have[],
    wanted: Wanted,
    signal: AbortSignal,
  ): Promise<OrRefused<{ bytes: Buffer }>> {
    let last: Refusal = nobodyHeard();
    let kept: Assembly | undefined;
    let mayMix = true;
    const waiting = [...haves];
    for (let have = waiting.shift(); have !== undefined; have = waiting.shift()) {
      const isMixed = kept !== undefined;
      const assembly = await this.#options.link.fetch(have, signal, wanted.onPercent, kept);
      if (!assembly.isWhole) {
        last = silent(have);
        kept = mayMix && assembly.percent > 0 ? assembly : undefined;
        continue;
      }
      kept = undefined;
      const bytes = assembly.bytes();
      if (createHash('sha256').update(bytes).digest('hex') === wanted.signed.sha256) return { bytes };
      if (isMixed) {
        mayMix = false;
        waiting.push(have);
        last = refuse('wrong-digest', 'what two sources brought together is not what was signed.');
      } else last = this.#lied(have, 'the bytes are not those that were signed.');
    }
    return { refused: refuse('download-failed', last.because) };
  }

  /** @returns undefined when it fell silent */
  async #wholeFrom(have: Have, signal: AbortSignal): Promise<OrRefused<{ bytes: Buffer }> | undefined> {
    const assembly = await this.#options.link.fetch(have, signal, () => undefined);
    if (!assembly.isWhole) return undefined;
    const bytes = assembly.bytes();
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return idOf(sha256) === have.id
      ? { bytes }
      : { refused: refuse('wrong-digest', 'not what it said it had.') };
  }

  async #ask(id: string, fits: (have: Have) => boolean, signal: AbortSignal): Promise<Have[]> {
    const haves = await this.#options.link.ask(id, this.#options.listenMillis ?? LISTEN_MILLIS, signal);
    const now = this.#clock.now();
    const isAvoided = ({ source }: Have) => now < (this.#avoidedUntil.get(source) ?? 0);
    const fitting = haves.filter((have) => have.length > 0 && fits(have));
    // Who lied once is asked again only when there is nobody else: an address can be worn by a liar.
    return [...fitting.filter((have) => !isAvoided(have)), ...fitting.filter(isAvoided)];
  }

  /** As a download leaves it, so that a restart does not begin anew; what was there of something else goes first. */
  async #write({ file, signed }: Wanted, bytes: Buffer): Promise<void> {
    const { disk = realDisk } = this.#options;
    await disk.makeFolder(dirname(file));
    await startOver(file, await readPart(file, signed, disk), disk);
    await using handle = await disk.create(file);
    await handle.write(bytes, 0);
    await handle.sync();
  }

  #lied({ source }: Have, because: string): Refusal {
    if (this.#avoidedUntil.size > 256) this.#avoidedUntil.clear();
    this.#avoidedUntil.set(source, this.#clock.now() + LIED_MILLIS);
    this.#options.log('neighbour-passed-over', {
      neighbour: `mesh ${source}`,
      code: 'wrong-digest',
      because,
    });
    return refuse('download-failed', because);
  }
}

const nobodyHeard = () => refuse('download-failed', 'nobody on the mesh has it.');
const silent = ({ source }: Have) => refuse('download-failed', `mesh ${source} fell silent.`);
