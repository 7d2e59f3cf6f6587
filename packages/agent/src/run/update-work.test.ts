import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { clockOf, startClock } from '@tuesday/protocol';
import { describe, expect, test } from 'vitest';
import type { Input } from '../core/types.ts';
import { downloadSettingsSchema } from '../download/settings.ts';
import { ProcessSlots } from '../slots/process-slots.ts';
import { PretendDisk } from '../testing/disk/pretend-disk.ts';
import type { TargetVerifier } from '../trust/verify-target.ts';
import { UpdateWork } from './update-work.ts';

const right = Buffer.from('firmware, as two people signed it');
const signed = {
  length: right.length,
  sha256: createHash('sha256').update(right).digest('hex'),
  custom: { tuesday: 1, version: '3.2.5', hardware: 'th-2', securityVersion: 0 },
} as const;
const target = '3.2.5/th-2.bundle';

/** What an address answers; undefined: it is away. */
type Answer = Buffer | undefined;
const wrong = Buffer.from(right).fill('x', 4);
const short = right.subarray(0, 9);
const long = Buffer.concat([right, right]);

interface Round {
  readonly near?: Answer;
  readonly server: Answer;
}

/** One disk, asked as often as there are answers; `near` is a mirror. */
async function ask(rounds: readonly Round[]): Promise<Input | undefined> {
  const disk = new PretendDisk();
  const clock = clockOf(startClock(Date.UTC(2031, 0, 7, 9), 10_000));
  let last: Input | undefined;
  for (const round of rounds) {
    const hasMirror = 'near' in round;
    last = await new Promise<Input>((tell) => {
      const work = new UpdateWork({
        folder: '/device',
        server: 'http://server',
        token: 'secret',
        verifier: {} as TargetVerifier,
        slots: new ProcessSlots('/device', disk),
        clock,
        random: () => 0.5,
        tell: (input) => void (input.is === 'progress' || tell(input)),
        settings: downloadSettingsSchema.parse({ delta: { enabled: false } }),
        disk,
        exchange: async ({ hostname }) => answered(hostname === 'near' ? round.near : round.server),
      });
      work.begin({ do: 'download', target, signed, mirrors: hasMirror ? ['http://near'] : [] });
    });
  }
  return last;
}

function answered(bytes: Answer): IncomingMessage {
  if (bytes === undefined) throw new Error('nobody answers');
  const headers = { 'content-length': String(bytes.length) };
  return Object.assign(Readable.from([bytes]), { statusCode: 200, headers }) as unknown as IncomingMessage;
}

describe('a download ends', () => {
  test.each<[string, readonly Round[], object]>([
    [
      'with nobody there: it may come',
      [{ server: undefined }],
      { is: 'step-failed', code: 'download-failed' },
    ],
    [
      'with a mirror and the server away: it may come',
      [{ near: undefined, server: undefined }],
      { is: 'step-failed', code: 'download-failed' },
    ],
    [
      'with wrong bytes from everybody',
      [{ near: wrong, server: wrong }],
      { is: 'refused', code: 'wrong-digest' },
    ],
    [
      'with too many bytes from everybody',
      [{ near: long, server: long }],
      { is: 'refused', code: 'oversize' },
    ],
    [
      'with wrong bytes from the server and a mirror away: the mirror may be right, and it is counted',
      [{ near: undefined, server: wrong }],
      { is: 'step-failed', code: 'wrong-digest' },
    ],
    [
      'with too many from the mirror and the server away: the same',
      [{ near: long, server: undefined }],
      { is: 'step-failed', code: 'oversize' },
    ],
    [
      'with a liar of another time and the server away: the same',
      [
        { near: wrong, server: undefined },
        { near: wrong, server: undefined },
      ],
      { is: 'step-failed', code: 'wrong-digest' },
    ],
    [
      'with fewer bytes than are signed from everybody: counted, because a portal may stand in for them',
      [{ near: short, server: short }],
      { is: 'step-failed', code: 'wrong-digest' },
    ],
    [
      'with the right ones after all of that',
      [{ near: wrong, server: short }, { server: right }],
      { is: 'downloaded' },
    ],
  ])('%s', async (_, rounds, expected) => {
    expect(await ask(rounds)).toMatchObject(expected);
  });
});
