/** The bytes of an artifact over HTTP: with ranges, and broken in every way that a case asks for. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { wallClock } from '@tuesday/protocol';
import type { Message } from './message.ts';
import { sha256Of } from './repository.ts';

export interface Serving {
  /** Other bytes than the signed ones. */
  readonly bytes?: Buffer;
  /** Bytes after which the connection is cut. */
  readonly cutAfter?: number;
  /** Bytes after which nothing more comes, on a connection that stays open. */
  readonly stallAfter?: number;
  /** Never ends, and names no length. */
  readonly endless?: boolean;
}

/** Bytes of an endless body that are offered at most: a client that takes them all has taken too many. */
export const ENDLESS_LIMIT = 64 * 1_048_576;

/** Real milliseconds for what was written to reach the client before the connection is cut. */
const SETTLE = 100;

export async function sendArtifact(
  response: ServerResponse,
  message: Message,
  signed: Buffer,
  serving: Serving,
  onSent: () => void = () => undefined,
): Promise<void> {
  // A client that closes the connection early has its reasons.
  response.on('error', () => undefined);
  if (serving.endless) return sendEndless(response, message);
  const bytes = serving.bytes ?? signed;
  const from = fromOf(message.range);
  if (from >= bytes.length && message.range !== undefined) {
    message.status = 416;
    response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
    return;
  }
  message.status = from > 0 ? 206 : 200;
  response.writeHead(message.status, {
    'content-type': 'application/octet-stream',
    'accept-ranges': 'bytes',
    'content-length': bytes.length - from,
    etag: `"${sha256Of(bytes)}"`,
    ...(from > 0 ? { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {}),
  });
  const part = serving.cutAfter ?? serving.stallAfter;
  if (part === undefined || part >= bytes.length - from)
    return finish(response, message, bytes.subarray(from));
  await write(response, message, bytes.subarray(from, from + part));
  onSent();
  if (serving.cutAfter === undefined) {
    await once(response, 'close');
    return;
  }
  await wallClock().sleep(SETTLE);
  response.destroy();
}

/** `bytes=<from>-`; whatever else it says is answered with the whole, as HTTP allows (RFC 9110, 14.2). */
function fromOf(range: string | undefined): number {
  return Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
}

async function finish(response: ServerResponse, message: Message, bytes: Buffer): Promise<void> {
  message.sent = bytes.length;
  response.end(bytes);
  await once(response, 'close');
}

async function write(response: ServerResponse, message: Message, bytes: Buffer): Promise<void> {
  await new Promise<void>((resolve) => response.write(bytes, () => resolve()));
  message.sent += bytes.length;
}

async function sendEndless(response: ServerResponse, message: Message): Promise<void> {
  const chunk = Buffer.alloc(65_536, 0x20);
  message.status = 200;
  response.writeHead(200, { 'content-type': 'application/octet-stream' });
  while (!response.destroyed && message.sent < ENDLESS_LIMIT) {
    const more = response.write(chunk);
    message.sent += chunk.length;
    if (!more) await drained(response);
  }
  response.destroy();
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}
