/** Bytes that break off, are wrong, or do not end. */
import type { RefusalCode } from '@tuesday/protocol';
import type { Bench } from '../bench.ts';
import { type Case, Fails } from '../case.ts';
import type { Message } from '../message.ts';
import { expectRefusal, neverRuns } from './expect.ts';

const artifacts = (bench: Bench): Message[] => bench.plane.messages.filter(({ verb }) => verb === 'artifact');

const begin = (bench: Bench) => {
  const release = bench.release('3.2.5');
  bench.publish([release]);
  const offer = bench.offer('3.2.5');
  return { offer, release, half: Math.floor(release.bytes.length / 2) };
};

const fromOf = ({ range }: Message) => Number(/^bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0);

/** A request that asked for the rest. */
function resumed(bench: Bench, half: number, start = 1): string {
  const later = artifacts(bench)
    .slice(1)
    .filter((message) => message.start >= start);
  const rest = later.find((message) => fromOf(message) > 0);
  if (rest === undefined)
    throw new Fails(`it began again at byte 0 (${later.length} requests after the first).`);
  const from = fromOf(rest);
  if (from > half) throw new Fails(`it asked from byte ${from}, and only ${half} had come.`);
  return `${half} bytes came, and it asked for the rest from byte ${from}.`;
}

interface Bad {
  readonly name: string;
  readonly sentence: string;
  readonly codes: readonly RefusalCode[];
  readonly bytes: (signed: Buffer) => Buffer;
}

const bad: readonly Bad[] = [
  {
    name: 'refuses-a-wrong-digest',
    sentence: 'Bytes with another digest than the signed one never run.',
    codes: ['wrong-digest'],
    bytes: (signed) => {
      const changed = Buffer.from(signed);
      changed[changed.length - 2] = 0x21;
      return changed;
    },
  },
  {
    name: 'refuses-too-many-bytes',
    sentence: 'More bytes than were signed are not taken.',
    codes: ['oversize', 'wrong-digest'],
    bytes: (signed) => Buffer.concat([signed, Buffer.from('more\n')]),
  },
];

export const downloadCases: readonly Case[] = [
  {
    name: 'resumes-a-broken-download',
    sentence: 'A download that broke off goes on with a range.',
    read: 'Download',
    async run(bench) {
      const { offer, half } = begin(bench);
      bench.plane.serving = () => (artifacts(bench).length === 1 ? { cutAfter: half } : {});
      bench.client.start();
      await bench.until('the end of the update', () => bench.outcome(offer, 'installed'));
      return resumed(bench, half);
    },
  },
  {
    name: 'resumes-after-a-power-cut',
    sentence: 'A download that a power cut interrupted goes on with a range.',
    read: 'Download',
    async run(bench) {
      const { offer, half } = begin(bench);
      bench.plane.serving = () => (bench.client.starts === 1 ? { stallAfter: half } : {});
      bench.client.start();
      await bench.until('half of the bytes', () => artifacts(bench).some(({ sent }) => sent >= half));
      // They are on their way to its disk.
      await bench.clock.sleep(bench.polls(0.5));
      await bench.client.powerCut();
      await bench.until('the end of the update', () => bench.outcome(offer, 'installed'));
      return resumed(bench, half, 2);
    },
  },
  ...bad.map(({ name, sentence, codes, bytes }): Case => ({
    name,
    sentence,
    read: 'Download',
    async run(bench) {
      const { offer, release } = begin(bench);
      bench.plane.serving = () => ({ bytes: bytes(release.bytes) });
      bench.client.start();
      return expectRefusal(bench, offer, codes);
    },
  })),
  {
    name: 'refuses-too-few-bytes',
    sentence: 'Fewer bytes than were signed never run.',
    read: 'Download',
    async run(bench) {
      const { offer, release } = begin(bench);
      bench.plane.serving = () => ({ bytes: release.bytes.subarray(0, -100) });
      bench.client.start();
      await bench.until('a request for the artifact', () => artifacts(bench)[0]);
      await neverRuns(bench, offer, bench.polls(5));
      await bench.nextCheckIn();
      return `${artifacts(bench).length} requests, and it still runs what it ran.`;
    },
  },
  {
    name: 'ends-an-endless-body',
    sentence: 'A body that never ends is cut off by the client.',
    read: 'Download',
    async run(bench) {
      const { offer } = begin(bench);
      bench.plane.serving = () => ({ endless: true });
      bench.client.start();
      const said = await expectRefusal(bench, offer, ['oversize', 'wrong-digest']);
      const most = Math.max(...artifacts(bench).map(({ sent }) => sent));
      if (most > 16 * 1_048_576) throw new Fails(`it took ${most} bytes of an artifact of 200,000.`);
      return said;
    },
  },
];
