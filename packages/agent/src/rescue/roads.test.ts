import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clockOf, wallClock } from '@tuesday/protocol';
import * as fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { SignedTarget } from '../core/journal.ts';
import { Neighbours } from '../relay/lan/neighbours.ts';
import { Assembly } from '../relay/mesh/assembly.ts';
import { BLOCK, blocksOf, segmentBytes, segmentsOf } from '../relay/mesh/blocks.ts';
import type { Have } from '../relay/mesh/mesh-link.ts';
import { idOf } from '../relay/mesh/pdu.ts';
import { startControlPlane, type ControlPlane } from '../run/testing/control-plane.ts';
import { makeBundle } from '../slots/bundle.ts';
import { TrustFolder } from '../trust/trust-folder.ts';
import { demandReader } from './demand.ts';
import { LanRoad } from './lan-road.ts';
import { MeshRoad } from './mesh-road.ts';
import type { Wanted } from './road.ts';

const NOW = Date.UTC(2031, 0, 7, 9);
const top = mkdtempSync(join(tmpdir(), 'roads-'));
const bundle = makeBundle({ version: '3.2.5', hardware: 'th-1' }, `// ${'x'.repeat(5_000)}`);
const sha256 = createHash('sha256').update(bundle).digest('hex');
const never = new AbortController().signal;
let plane: ControlPlane;
let trust: TrustFolder;
beforeAll(async () => {
  plane = await startControlPlane(bundle, NOW, '', { recovery: true });
  trust = new TrustFolder({
    folder: join(top, 'trust'),
    pinnedRoot: plane.rootJson,
    clock: { ...clockOf({ origin: 0, at: 0, rate: 1 }), now: () => NOW },
  });
});
afterAll(async () => {
  await plane.close();
  rmSync(top, { recursive: true });
});
const closing: Array<() => void> = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const signed: SignedTarget = {
  length: bundle.length,
  sha256,
  custom: { tuesday: 1, version: '3.2.5', hardware: 'th-1', securityVersion: 0, recovery: true },
};
const wanted = (): Wanted => ({
  target: '3.2.5/th-1.bundle',
  signed,
  file: join(mkdtempSync(join(top, 'download-')), 'bundle'),
  onPercent: () => undefined,
});

type Tell = (response: ServerResponse, url: string) => void;

/** A neighbour that answers as the honest one does, but for what this changes. */
async function neighbour(tell: Tell): Promise<number> {
  const server = createServer((request, response) => tell(response, request.url ?? ''));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
const honestly: Tell = (response, url) =>
  void fetch(`${plane.server}${url}`).then(async (real) =>
    response.writeHead(real.status).end(Buffer.from(await real.arrayBuffer())),
  );
const lyingOnly =
  (where: string, tell: Tell): Tell =>
  (response, url) =>
    url.includes(where) ? tell(response, url) : honestly(response, url);

const LIES: readonly [string, Tell, string][] = [
  [
    'other bytes of the right length',
    lyingOnly('/targets/', (r) => r.end(Buffer.alloc(bundle.length, 1))),
    'wrong-digest',
  ],
  [
    'more bytes than were signed',
    lyingOnly('/targets/', (r) => r.end(Buffer.alloc(bundle.length + 1, 1))),
    'oversize',
  ],
  [
    'bytes without an end',
    lyingOnly('/targets/', (r) => {
      const pour = () => void (r.destroyed || r.write(Buffer.alloc(65_536), pour));
      pour();
    }),
    'oversize',
  ],
  ['half of the bytes', lyingOnly('/targets/', (r) => r.end(bundle.subarray(0, 2_000))), 'download-failed'],
  [
    'a byte now and then',
    lyingOnly('/targets/', (r) => {
      r.writeHead(200);
      const drip = setInterval(() => r.write('x'), 50);
      r.once('close', () => clearInterval(drip));
    }),
    'too-slow',
  ],
  ['that it has no place', lyingOnly('/targets/', (r) => r.writeHead(503).end()), 'download-failed'],
  ['nothing, and hangs up', lyingOnly('/targets/', (r) => r.destroy()), 'download-failed'],
];

async function road(...tells: Tell[]) {
  let order = 0;
  const neighbours = new Neighbours(wallClock(), () => (order += 1));
  for (const [index, tell] of tells.entries()) {
    const port = await neighbour(tell);
    neighbours.hear('127.0.0.1', {
      relay: 1,
      is: 'beacon',
      port,
      hardware: [],
      holds: [],
      timestamp: 100 - index,
    });
  }
  const log: Record<string, unknown>[] = [];
  const made = new LanRoad({
    neighbours,
    ask: () => undefined,
    trust,
    hardware: 'th-1',
    random: () => 0.1,
    log: (_, facts) => log.push(facts as Record<string, unknown>),
    patience: { listenMillis: 1, metadataMillis: 2_000, bytesPerSecond: 1_000_000, graceMillis: 400 },
  });
  return { made, log };
}

describe('over neighbours on the link', () => {
  test.each(LIES)('one that gives %s is passed over for an honest one', async (_, lie, code) => {
    const { made, log } = await road(lie, honestly);
    const want = wanted();
    expect(await made.fetch(want, never)).toEqual({ file: want.file });
    expect(readFileSync(want.file).equals(bundle)).toBe(true);
    expect(log[0]).toMatchObject({ code });
  });

  test.each(LIES)('one that gives %s, and nobody else, leads nowhere', async (_, lie) => {
    const { made } = await road(lie);
    expect(await made.fetch(wanted(), never)).toMatchObject({ refused: { code: 'download-failed' } });
  });

  test('an honest one is not blamed for the bytes that a liar left behind', async () => {
    const { made, log } = await road(honestly);
    const want = wanted();
    writeFileSync(want.file, Buffer.alloc(2_000, 1));
    writeFileSync(`${want.file}.part.json`, JSON.stringify({ sha256 }));
    expect(await made.fetch(want, never)).toEqual({ file: want.file });
    expect(log).toEqual([]);
  });

  test.each<[string, Tell]>([
    ['metadata that is no JSON', lyingOnly('timestamp', (r) => r.end('<html>'))],
    ['metadata without an end', lyingOnly('timestamp', (r) => r.end(Buffer.alloc(100_000, 32)))],
    [
      'targets that nobody signed',
      lyingOnly('targets.json', (r) => r.end('{"signed":{"_type":"targets"},"signatures":[]}')),
    ],
    ['nothing', lyingOnly('metadata', (r) => r.writeHead(404).end())],
    ['silence', lyingOnly('metadata', () => undefined)],
  ])('%s is passed over for what verifies', async (_, lie) => {
    const { made } = await road(lie, honestly);
    expect(await made.recoveries(never)).toMatchObject({ candidates: [{ target: '3.2.5/th-1.bundle' }] });
  });
});

describe('over the mesh', () => {
  type Source = { readonly bytes: Buffer; readonly until: number };
  /** A link whose sources give what they have, up to the block at which they fall silent. */
  function link(sources: readonly Source[]) {
    const asked: number[] = [];
    return {
      asked,
      ask: async (): Promise<Have[]> =>
        sources.map(({ bytes }, source) => ({ source, id: idOf(sha256), length: bytes.length, rank: 0 })),
      fetch: async ({ source, length }: Have, _signal: AbortSignal, _percent: unknown, kept?: Assembly) => {
        asked.push(source);
        const assembly = kept ?? new Assembly(length);
        const { bytes, until } = sources[source] as Source;
        for (let block = 0; block < Math.min(until, blocksOf(length)); block++) {
          for (let segment = 0; segment < segmentsOf(length, block); segment++) {
            assembly.take(block, segment, segmentBytes(bytes, block, segment));
          }
        }
        return assembly;
      },
    };
  }
  const honest = (until = Infinity): Source => ({ bytes: bundle, until });
  const lie = (until = Infinity): Source => ({ bytes: Buffer.alloc(bundle.length, 66), until });
  const meshRoad = (sources: readonly Source[]) => {
    const over = link(sources);
    return { over, road: new MeshRoad({ link: over, trust, hardware: 'th-1', log: () => undefined }) };
  };

  test.each<[string, Source[], number[]]>([
    ['an honest source is enough', [honest()], [0]],
    ['a liar is found by the digest, and the next is asked', [lie(), honest()], [0, 1]],
    ['what a silent one brought is kept for the next', [honest(5), honest()], [0, 1]],
    ['a liar that falls silent spoils the next, which is asked again alone', [lie(5), honest()], [0, 1, 1]],
    ['one that claims another length is not asked', [{ bytes: bundle.subarray(1), until: 9 }, honest()], [1]],
  ])('%s', async (_, sources, asked) => {
    const { over, road: made } = meshRoad(sources);
    const want = wanted();
    expect(await made.fetch(want, never)).toEqual({ file: want.file });
    expect(readFileSync(want.file).equals(bundle)).toBe(true);
    expect(over.asked).toEqual(asked);
  });

  test('who lied is asked last from then on', async () => {
    const { over, road: made } = meshRoad([lie(), honest()]);
    await made.fetch(wanted(), never);
    over.asked.length = 0;
    await made.fetch(wanted(), never);
    expect(over.asked).toEqual([1]);
  });

  test('a file that is too large for it is refused at once', async () => {
    const { over, road: made } = meshRoad([honest()]);
    const large = { ...wanted(), signed: { ...signed, length: BLOCK * 8_192 + 1 } };
    expect(await made.fetch(large, never)).toMatchObject({ refused: { code: 'download-failed' } });
    expect(over.asked).toEqual([]);
  });

  test('among any liars and silent ones, any history ends with the right bytes or none; with an honest one to the end, right', async () => {
    const reached = { right: 0, none: 0 };
    const source = fc.record({ lies: fc.boolean(), until: fc.constantFrom(0, 3, 7, Infinity) });
    await fc.assert(
      fc.asyncProperty(fc.array(source, { minLength: 1, maxLength: 6 }), async (sources) => {
        const { road: made } = meshRoad(
          sources.map(({ lies, until }) => (lies ? lie(until) : honest(until))),
        );
        const want = wanted();
        const got = await made.fetch(want, never);
        if ('refused' in got) {
          reached.none += 1;
          expect(sources.some(({ lies, until }) => !lies && until === Infinity)).toBe(false);
          return;
        }
        reached.right += 1;
        expect(readFileSync(want.file).equals(bundle)).toBe(true);
      }),
    );
    console.log('mesh, any sources:', reached);
    expect(reached.right).toBeGreaterThan(15);
    expect(reached.none).toBeGreaterThan(15);
  });
});

describe('a rescue is asked for', () => {
  const reader = (more: { flag?: boolean; words?: string; file?: boolean }) => {
    const folder = mkdtempSync(join(top, 'demand-'));
    const commandLine = join(folder, 'cmdline');
    writeFileSync(commandLine, more.words ?? 'quiet splash');
    if (more.file === true) writeFileSync(join(folder, 'rescue'), '');
    return demandReader({ folder, flag: more.flag ?? false, commandLine });
  };
  test.each<[string, Parameters<typeof reader>[0], (string | undefined)[]]>([
    ['by nobody', {}, [undefined, undefined]],
    ['by the flag, once', { flag: true }, ['flag', undefined]],
    ['by the kernel command line, once', { words: 'quiet tuesday.rescue=1 ro\n' }, ['kernel', undefined]],
    [
      'not by a word that only looks like it',
      { words: 'xtuesday.rescue=1 tuesday.rescue=10' },
      [undefined, undefined],
    ],
    ['by a file, until it is gone', { file: true, flag: true }, ['file', 'file']],
  ])('%s', async (_, more, expected) => {
    const read = reader(more);
    expect([await read(), await read()]).toEqual(expected);
  });
});
