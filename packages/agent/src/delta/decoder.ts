/**
 * Decodes a delta in a thread of its own: what goes wrong there, heap and all, ends that thread and not the
 * agent. Its source is text, so that it works the same from a one-file executable.
 */
import { Worker } from 'node:worker_threads';

/** Bytes of one piece that comes out. */
const PIECE = 262_144;
const HEAP = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 8 };

const THREAD = `
const { parentPort, workerData } = require('node:worker_threads');
const { constants, createZstdDecompress } = require('node:zlib');
const { delta, base, windowLog, piece } = workerData;
const decoder = createZstdDecompress({
  dictionary: base,
  chunkSize: piece,
  params: { [constants.ZSTD_d_windowLogMax]: windowLog },
});
let more = () => undefined;
parentPort.on('message', () => more());
(async () => {
  decoder.end(delta);
  for await (const bytes of decoder) {
    const asked = new Promise((resolve) => (more = resolve));
    parentPort.postMessage({ bytes });
    await asked;
  }
  parentPort.postMessage({ end: true });
  parentPort.close();
})().catch((error) => {
  parentPort.postMessage({ because: String(error && error.message) });
  parentPort.close();
});
`;

type Word = { readonly bytes: Uint8Array } | { readonly end: true } | { readonly because: string };

export interface Decoding {
  /** Given away: unusable afterwards. */
  readonly delta: Uint8Array<ArrayBuffer>;
  /** The whole old artifact. Given away as well. */
  readonly base: Uint8Array<ArrayBuffer>;
  /** Most bytes of history that the decoder may keep. */
  readonly windowSize: number;
}

/**
 * The bytes that the delta makes of the base, as they come. Whoever stops reading ends the thread.
 *
 * @throws Error when the delta does not decode, or the thread ends before it is done
 */
export async function* decode({ delta, base, windowSize }: Decoding): AsyncGenerator<Uint8Array> {
  const windowLog = Math.min(31, Math.max(10, Math.ceil(Math.log2(windowSize))));
  const worker = new Worker(THREAD, {
    eval: true,
    workerData: { delta, base, windowLog, piece: PIECE },
    transferList: [delta.buffer, base.buffer],
    resourceLimits: HEAP,
    execArgv: [],
  });
  const words = inboxOf(worker);
  try {
    for (;;) {
      const word = await words();
      if ('because' in word) throw new Error(`it does not decode: ${word.because}`);
      if ('end' in word) return;
      yield word.bytes;
      worker.postMessage('more', []);
    }
  } finally {
    await worker.terminate();
  }
}

/** The thread's words in order; its end counts as one, whenever it comes. */
function inboxOf(worker: Worker): () => Promise<Word> {
  const here: Word[] = [];
  let wake = () => undefined as void;
  const put = (word: Word) => {
    here.push(word);
    wake();
  };
  worker.on('message', put);
  worker.on('error', (error: Error) => put({ because: error.message }));
  worker.on('exit', () => put({ because: 'the decoder ended before it was done' }));
  return async () => {
    while (here.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    return here.shift() as Word;
  };
}
