/** An artifact is put together from a delta while the power is cut, or comes whole; in the end it is the signed one. */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { constants, zstdCompressSync } from 'node:zlib';
import { wallClock } from '@tuesday/protocol';
import { fetchByDelta } from '../../delta/fetch-delta.ts';
import { download } from '../../download/ranged-download.ts';
import type { openExchange } from '../../transport/exchange.ts';
import { defineLoop, ending } from './define-loop.ts';

const BASE = '/device/slot-a/app.mjs';
const FILE = '/device/download/bundle';

const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const lines = (change: string) =>
  Buffer.from(
    Array.from({ length: 400 }, (_, index) => `line ${index}${index % 37 === 0 ? change : ''}`).join('\n'),
  );
const old = lines('');
const fresh = lines(' of the new version');
const delta = zstdCompressSync(fresh, {
  dictionary: old,
  params: { [constants.ZSTD_c_windowLog]: 17, [constants.ZSTD_c_compressionLevel]: 19 },
});
const signed = { length: fresh.length, sha256: digest(fresh) };

/** The server has the delta, and the whole artifact. */
const exchange: typeof openExchange = (url, { method = 'GET', headers = {} }) => {
  const bytes = url.pathname.includes('/deltas/') ? delta : fresh;
  const asked = /^bytes=(\d+)-$/.exec(String(headers['range'] ?? ''));
  const from = asked === null ? 0 : Number(asked[1]);
  const response = Object.assign(Readable.from(method === 'HEAD' ? [] : [bytes.subarray(from)]), {
    statusCode: from > 0 ? 206 : 200,
    headers: {
      etag: `"${digest(bytes)}"`,
      'content-length': String(bytes.length - from),
      ...(from > 0 ? { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {}),
    },
  });
  return Promise.resolve(response as unknown as IncomingMessage);
};

interface DeltaWorld {
  /** What the device would have told: that the artifact is here. */
  told: boolean;
  byDelta: boolean;
}

export const deltaLoop = defineLoop<DeltaWorld>({
  name: 'an artifact is made from a delta of what runs',
  atLeastWrites: 15,
  async prepare(disk) {
    await disk.makeFolder('/device/slot-a');
    await disk.makeFolder('/device/download');
    disk.plant(BASE, old);
    return { told: false, byDelta: false };
  },
  async run(world, disk) {
    world.told = false;
    const how = {
      headers: {},
      file: FILE,
      signed,
      clock: wallClock(),
      random: () => 0,
      signal: new AbortController().signal,
      backOff: { baseMillis: 1, capMillis: 1 },
      attempts: 3,
      disk,
      exchange,
    };
    const base = { length: old.length, sha256: digest(old), path: BASE };
    const memoryBytes = 67_108_864;
    const why = await fetchByDelta({ ...how, base, memoryBytes, server: 'http://pretend', mirrors: [] });
    world.byDelta = why === undefined;
    if (why !== undefined) await download({ ...how, url: new URL('http://pretend/whole') });
    world.told = true;
  },
  judge({ told, byDelta }, disk) {
    const made = disk.peek(FILE);
    const whole = disk.peek(BASE)?.equals(old) === true;
    return ending({
      boot: whole ? [] : ['the slot that runs was touched'],
      version: made?.equals(fresh) === true ? [] : ['what was made is not what was signed'],
      report: told ? [] : [`nothing was told, by ${byDelta ? 'delta' : 'whole'}`],
    });
  },
});
