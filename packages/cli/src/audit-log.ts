/** An exported audit log: fetched, written, verified. Nothing holds more than a chunk of it. */
import { createReadStream } from 'node:fs';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { toError } from '@tuesday/protocol';
import { type Broken, ExportVerifier, type Intact } from '@tuesday/trust';
import { UsageFault } from './failures.ts';
import { time } from './output.ts';
import { clientOf, reach, type Session } from './session.ts';

/** @throws RefusedByServer when the server says no */
export async function* fetchLog(session: Session): AsyncGenerator<Uint8Array> {
  const response = await reach(clientOf(session).url('exportAudit'), {
    headers: { authorization: `Bearer ${session.token}` },
  });
  if (!response.ok || response.body === null) throw toError(response.status, await response.text());
  yield* response.body;
}

export function fileChunks(file: string): AsyncIterable<Uint8Array> {
  return createReadStream(file, { highWaterMark: 1024 * 1024 });
}

/**
 * The file is there whole or not at all; only its owner may read it.
 *
 * @returns what verifying it as it came found
 * @throws Error when the log came without its end
 */
export async function writeLog(out: string, chunks: AsyncIterable<Uint8Array>): Promise<Intact | Broken> {
  const draft = `${out}.${process.pid}.part`;
  try {
    const file = await open(draft, 'wx', 0o600);
    const verifier = new ExportVerifier();
    try {
      for await (const chunk of chunks) {
        await file.writeFile(chunk);
        verifier.push(chunk);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    const found = verifier.end();
    if (!found.ok && (found.what === 'cut-off' || found.what === 'empty'))
      throw new Error(`the server's answer was cut off, and ${out} is not written`);
    await rename(draft, out);
    return found;
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** @param keys public keys that are trusted; without them those that came with the log are */
export async function verifyLog(
  chunks: AsyncIterable<Uint8Array>,
  keys: readonly string[] | undefined,
): Promise<Intact | Broken> {
  const verifier = new ExportVerifier(keys);
  for await (const chunk of chunks) verifier.push(chunk);
  return verifier.end();
}

const HEX = /^[0-9a-f]{64}$/;

/** @throws UsageFault when neither the text nor the file that it names is a public key */
export async function publicKeyOf(text: string): Promise<string> {
  const key = HEX.test(text) ? text : keyIn(await readFile(text, 'utf8').catch(() => ''));
  if (key !== undefined) return key;
  throw new UsageFault(`error: ${text} is no public key and holds none; tuesday audit key prints it`);
}

/** What `tuesday audit key` printed, with `--json` or without. */
function keyIn(kept: string): string | undefined {
  const [, key] = /^\s*(?:\{.*"publicKey":")?([0-9a-f]{64})(?:"\})?\s*$/.exec(kept) ?? [];
  return key;
}

/** One line. */
export function verdictLine(found: Intact | Broken): string {
  if (!found.ok) {
    const entry = found.entry === null ? '' : `, entry ${found.entry}`;
    return `broken at line ${found.line}${entry}: ${found.what}: ${found.because}`;
  }
  const { entries, checkpoints, keyid, until, pinned } = found;
  const whose = pinned
    ? 'the key given'
    : 'the key that came with the log; give --key to hold it against yours';
  return `intact: ${count(entries, 'entry', 'entries')}, ${count(checkpoints, 'checkpoint', 'checkpoints')}, covered until ${time(until)}, signed by ${keyid.slice(0, 16)}…, ${whose}`;
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}
