/** The thread that makes one delta into a file, and decodes it again before it says so. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { createZstdCompress, createZstdDecompress } from 'node:zlib';
import type { EncodeJob } from './encode.ts';
import { decoderParameters, encoderParameters } from './parameters.ts';

const { from, to, into } = workerData as EncodeJob;
const dictionary = await readFile(from);
const { size: newSize } = await stat(to);
await pipeline(
  createReadStream(to),
  createZstdCompress({
    dictionary,
    pledgedSrcSize: newSize,
    params: encoderParameters(dictionary.length, newSize),
  }),
  createWriteStream(into, { flags: 'wx', mode: 0o600, flush: true }),
);
const same = (await digestOf(createReadStream(to))) === (await digestOf(decoded()));
const sha256 = await digestOf(createReadStream(into));
const { size } = await stat(into);
const start = Buffer.alloc(8);
await using handle = await open(to, 'r');
await handle.read(start, 0, start.length, 0);
parentPort?.postMessage({ same, sha256, size, newSize, start }, []);

function decoded(): NodeJS.ReadableStream {
  const decoder = createZstdDecompress({ dictionary, params: decoderParameters() });
  return createReadStream(into).pipe(decoder);
}

async function digestOf(bytes: NodeJS.ReadableStream): Promise<string> {
  const hash = createHash('sha256');
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done();
    },
  });
  await pipeline(bytes, sink);
  return hash.digest('hex');
}
