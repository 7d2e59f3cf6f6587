/** Artifact bytes on disk, under their digest: complete and verified, or not there. */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { type Artifact, type OrRefused, refuse } from '@tuesday/protocol';

export class ArtifactStore {
  readonly #folder: string;

  /** @param dataFolder kept on disk in its folder `artifacts` */
  constructor(dataFolder: string) {
    this.#folder = join(dataFolder, 'artifacts');
  }

  /**
   * Takes bytes in while checking them. More than declared is cut at once; nothing but the declared artifact
   * is ever visible under its digest, also after a power cut.
   *
   * @throws Error when the disk or the sender fails; what came is removed
   */
  async take(bytes: Readable, declared: Pick<Artifact, 'sha256' | 'size'>): Promise<OrRefused<object>> {
    const home = this.#fileOf(declared.sha256);
    const incoming = join(this.#folder, 'incoming', randomUUID());
    await mkdir(dirname(home), { recursive: true, mode: 0o700 });
    await mkdir(dirname(incoming), { recursive: true, mode: 0o700 });
    try {
      const refused = await receive(bytes, incoming, declared);
      if (refused) return refused;
      await rename(incoming, home);
      await sync(dirname(home));
      await sync(this.#folder);
      return {};
    } finally {
      await rm(incoming, { force: true });
    }
  }

  /** @param start first byte, @param end last byte, inclusive */
  stream(sha256: string, start: number, end: number): Readable {
    return createReadStream(this.#fileOf(sha256), { start, end, highWaterMark: 1_048_576 });
  }

  whole(sha256: string): Promise<Buffer> {
    return readFile(this.#fileOf(sha256));
  }

  /** Whether its bytes are here: with several servers they may be on the disk of another one. */
  async holds(sha256: string): Promise<boolean> {
    return (await stat(this.path(sha256)).catch(() => undefined)) !== undefined;
  }

  /** Bytes. @throws Error when it is not here */
  async size(sha256: string): Promise<number> {
    return (await stat(this.path(sha256))).size;
  }

  /** The file, to be read only. */
  path(sha256: string): string {
    return this.#fileOf(sha256);
  }

  #fileOf(sha256: string): string {
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new RangeError('not a digest');
    return join(this.#folder, sha256.slice(0, 2), sha256);
  }
}

async function receive(
  bytes: Readable,
  file: string,
  declared: Pick<Artifact, 'sha256' | 'size'>,
): Promise<ReturnType<typeof wrongSize> | undefined> {
  const digest = createHash('sha256');
  let size = 0;
  await using handle = await open(file, 'wx', 0o600);
  for await (const chunk of bytes as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > declared.size) return wrongSize(`more than the declared ${declared.size} bytes came`);
    digest.update(chunk);
    await handle.writeFile(chunk);
  }
  if (size < declared.size) return wrongSize(`${size} bytes came, ${declared.size} are declared`);
  const sha256 = digest.digest('hex');
  if (sha256 !== declared.sha256)
    return {
      refused: refuse('digest-mismatch', `the bytes have the digest ${sha256}, not ${declared.sha256}`),
    };
  await handle.sync();
  return undefined;
}

function wrongSize(because: string) {
  return { refused: refuse('size-mismatch', because) };
}

/** Makes the names in a folder durable. */
async function sync(folder: string): Promise<void> {
  await using handle = await open(folder, 'r');
  await handle.sync();
}
