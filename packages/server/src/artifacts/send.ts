/** Sends bytes that never change: whole or in part, from memory where they are hot. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HotArtifacts } from './hot.ts';
import { askedRange } from './range.ts';
import type { ArtifactStore } from './store.ts';

export interface Found {
  readonly sha256: string;
  readonly size: number;
}

export async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  { sha256, size }: Found,
  store: ArtifactStore,
  hot: HotArtifacts,
): Promise<FastifyReply> {
  const etag = `"${sha256}"`;
  void reply
    .header('accept-ranges', 'bytes')
    .header('etag', etag)
    .header('cache-control', 'private, max-age=31536000, immutable');
  if (request.headers['if-none-match'] === etag) return reply.code(304).send();
  const condition = request.headers['if-range'];
  const range =
    condition === undefined || condition === etag
      ? askedRange(request.headers.range, size)
      : ({ kind: 'whole' } as const);
  if (range.kind === 'unsatisfiable')
    return reply.code(416).header('content-range', `bytes */${size}`).header('content-length', 0).send();
  const { start, end } = range.kind === 'part' ? range : { start: 0, end: size - 1 };
  void reply
    .code(range.kind === 'part' ? 206 : 200)
    .type('application/octet-stream')
    .header('content-length', end - start + 1);
  if (range.kind === 'part') void reply.header('content-range', `bytes ${start}-${end}/${size}`);
  if (request.method === 'HEAD') return reply.send();
  const kept = hot.of(sha256, size);
  if (kept) return reply.send((await kept).subarray(start, end + 1));
  return reply.send(store.stream(sha256, start, end));
}
