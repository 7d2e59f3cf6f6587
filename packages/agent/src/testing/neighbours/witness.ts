/** Holds whatever leaves a neighbour, and whatever it says it has, against what people signed. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Holdings } from '../../relay/holdings.ts';
import type { PretendRelease } from '../pretend-release.ts';
import { bytesOf, type SignedFleet } from './signed-fleet.ts';

export class Witness {
  /** One sentence for each thing that was not right. */
  readonly wrong: string[] = [];
  /** Bytes that left since somebody set it to 0; what a refusal costs is not counted. */
  given = 0;
  /** The last answer was that it does not give now. */
  wasRefused = false;
  readonly #fleet: SignedFleet;
  readonly #artifacts: ReadonlyMap<string, Buffer>;

  constructor(fleet: SignedFleet, releases: readonly PretendRelease[]) {
    this.#fleet = fleet;
    this.#artifacts = new Map(releases.map((release) => [release.signed.sha256, bytesOf(release)]));
  }

  /** @param at of the first of these bytes, in the body */
  hear(url: URL, headers: IncomingHttpHeaders, bytes: Uint8Array, at: number): void {
    const name = url.pathname.slice(url.pathname.lastIndexOf('/') + 1);
    this.wasRefused = 'retry-after' in headers;
    if (this.wasRefused) return;
    this.given += bytes.length;
    if (url.pathname.includes('/metadata/')) return this.#metadata(name, Buffer.from(bytes));
    const from = at + Number(/^bytes (\d+)-/.exec(headers['content-range'] ?? '')?.[1] ?? 0);
    const right = this.#artifacts.get(name.slice(0, 64))?.subarray(from, from + bytes.length);
    if (right?.equals(bytes) !== true)
      this.wrong.push(`gave bytes of ${name} from ${from} on that nobody signed`);
  }

  /** Looks through all that a beacon names now. @returns version of the timestamp that it names */
  async beacon(holdings: Holdings): Promise<number> {
    for (const content of await holdings.artifacts()) {
      const bytes = await holdings.read(content, 0, content.length);
      if (this.#artifacts.get(content.sha256)?.equals(bytes) !== true)
        this.wrong.push(`names ${content.sha256.slice(0, 12)}, and ${content.path} holds something else`);
    }
    for (const [name, bytes] of await holdings.metadata.all()) this.#metadata(name, bytes);
    return holdings.metadata.timestampVersion();
  }

  #metadata(name: string, bytes: Buffer): void {
    const known = this.#fleet.served.get(name) ?? [];
    if (!known.some((one) => one.equals(bytes))) this.wrong.push(`gave a ${name} that nobody signed`);
  }
}
