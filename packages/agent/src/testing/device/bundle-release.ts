/** A pretend release whose bytes are a bundle that the process slots take, and how a server hands them out. */
import { Readable } from 'node:stream';
import type { IncomingMessage } from 'node:http';
import { makeBundle } from '../../slots/bundle.ts';
import type { openExchange } from '../../transport/exchange.ts';
import { digestOf, pretendRelease, type PretendRelease } from '../pretend-release.ts';
import type { PretendServer } from '../pretend-server.ts';

/** Characters of a chunk: more than a sector, and no multiple of it. */
const CHUNK = 700;

export function bundleRelease(
  version: string,
  more: Parameters<typeof pretendRelease>[1] = {},
): PretendRelease {
  const release = pretendRelease(version, more);
  const { hardware } = release.signed.custom;
  const body = makeBundle({ version, hardware }, `// ${version} `.repeat(150)).toString();
  const chunks = Array.from({ length: Math.ceil(body.length / CHUNK) }, (_, index) =>
    body.slice(index * CHUNK, (index + 1) * CHUNK),
  );
  return { ...release, chunks, signed: { ...release.signed, length: body.length, sha256: digestOf(chunks) } };
}

/** A line to the server that breaks so many more times, each time after the first piece. */
export interface Line {
  breaks: number;
}

/** Ranges and tags as a careful server gives them, without a network. */
export function exchangeWith(server: PretendServer, line: Line): typeof openExchange {
  return async (url, { headers = {} }) => {
    if (url.pathname.includes('/deltas/') && !server.unreachable)
      return Object.assign(Readable.from([]), { statusCode: 404, headers: {} }) as unknown as IncomingMessage;
    const release = [...server.releases.values()].find(({ signed }) => url.pathname.includes(signed.sha256));
    if (release === undefined || server.unreachable) throw new Error('no answer');
    const { sha256, length } = release.signed;
    const etag = `"${sha256}"`;
    const asked = /^bytes=(\d+)-$/.exec(String(headers['range'] ?? ''));
    const from = asked !== null && (headers['if-range'] ?? etag) === etag ? Number(asked[1]) : 0;
    const left = Buffer.from(release.chunks.join('')).subarray(from);
    return Object.assign(Readable.from(pieces(left, line)), {
      statusCode: from > 0 ? 206 : 200,
      headers: {
        etag,
        'content-length': String(left.length),
        ...(from > 0 ? { 'content-range': `bytes ${from}-${length - 1}/${length}` } : {}),
      },
    }) as unknown as IncomingMessage;
  };
}

function* pieces(left: Buffer, line: Line): Generator<Buffer> {
  for (let at = 0; at < left.length; at += CHUNK) {
    yield left.subarray(at, at + CHUNK);
    if (line.breaks > 0) {
      line.breaks -= 1;
      throw new Error('the line broke');
    }
  }
}
