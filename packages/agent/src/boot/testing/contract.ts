/** What every back-end owes the core, one suite for all of them. */
import type { SlotName } from '@tuesday/protocol';
import { describe, expect, test } from 'vitest';
import { bootLoader } from '../../core/boot-loader.ts';
import { otherSlot } from '../../core/journal.ts';
import type { BootControl } from '../../core/types.ts';
import type { Booted, BootPort } from '../boot-port.ts';
import type { Bench, MakeBench } from './benches.ts';

const LIMIT = 3;
const BOTH: ReadonlySet<SlotName> = new Set(['a', 'b']);

/** Power comes on: boot loader, then agent. The boot loader passes over a slot that does not load. */
export async function start(
  bench: Bench,
  whole: ReadonlySet<SlotName> = BOTH,
): Promise<Booted & { port: BootPort }> {
  const chosen = await bench.powerOn(LIMIT);
  const booted = chosen === undefined || whole.has(chosen) ? (chosen ?? 'a') : otherSlot(chosen);
  const port = bench.open(booted, whole);
  return { ...(await port.boot(LIMIT)), port };
}

const control = (defaultSlot: SlotName, trialSlot: SlotName | null = null, attempts = 0): BootControl => ({
  defaultSlot,
  trialSlot,
  attempts,
});

const CONTROLS = (['a', 'b'] as const).flatMap((slot) => [
  control(slot),
  ...[0, 1, 2, 3].map((attempts) => control(slot, otherSlot(slot), attempts)),
]);

/** [sentence, what becomes of a file]. */
const DAMAGES: [string, (bytes: Buffer) => Buffer][] = [
  ['truncated to nothing', () => Buffer.alloc(0)],
  ['cut off after 20 bytes', (bytes) => bytes.subarray(0, 20)],
  ['zeros', (bytes) => Buffer.alloc(bytes.length)],
  ['garbage', (bytes) => Buffer.from(bytes.map((_, index) => (index * 151 + 89) % 256))],
  ['erased flash', (bytes) => Buffer.alloc(bytes.length, 0xff)],
  [
    'half written',
    (bytes) =>
      Buffer.concat([Buffer.alloc(Math.floor(bytes.length / 2), 0xff), bytes.subarray(bytes.length / 2)]),
  ],
];

function spoil({ disk }: Bench, file: string, damage: (bytes: Buffer) => Buffer): void {
  disk.place(file, damage(disk.look(file) ?? Buffer.alloc(0)));
}

export function bootContract(name: string, make: MakeBench): void {
  describe(`the boot contract, ${name}`, () => {
    test('a fresh device boots its default, with nothing on trial', async () => {
      const { booted, control: found, lost } = await start(make());
      expect([booted, found, lost ?? false]).toEqual(['a', control('a'), false]);
    });

    const able = CONTROLS.filter(({ attempts }) => attempts === 0 || !make().beginsAnew);
    test.each(able.map((each) => [JSON.stringify(each), each] as const))(
      'after %s each of six boots is what the rule says: counted, given up, attempts kept',
      async (_, written) => {
        const bench = make();
        await (await start(bench)).port.write(written);
        let kept = written;
        for (let boot = 0; boot < 6; boot++) {
          const expected = bootLoader(kept, LIMIT);
          const { control: found, booted } = await start(bench);
          expect({ control: found, booted }).toEqual(expected);
          kept = expected.control;
        }
      },
    );

    test.each([1, 2, 3])('confirmed at attempt %i the tried slot boots for good', async (attempts) => {
      const bench = make();
      await (await start(bench)).port.write(control('a', 'b'));
      let last = await start(bench);
      for (let boot = 1; boot < attempts; boot++) last = await start(bench);
      expect(last).toMatchObject({ booted: 'b', control: control('a', 'b', attempts) });
      await last.port.write(control('b'));
      for (let boot = 0; boot < 4; boot++) {
        expect(await start(bench)).toMatchObject({ booted: 'b', control: control('b') });
      }
    });

    test.each([1, 2, 3])(
      'rolled back at attempt %i the old slot boots, and can try again',
      async (attempts) => {
        const bench = make();
        await (await start(bench)).port.write(control('a', 'b'));
        let last = await start(bench);
        for (let boot = 1; boot < attempts; boot++) last = await start(bench);
        await last.port.write(control('a'));
        const back = await start(bench);
        expect(back).toMatchObject({ booted: 'a', control: control('a') });
        await back.port.write(control('a', 'b'));
        expect(await start(bench)).toMatchObject({ booted: 'b', control: control('a', 'b', 1) });
      },
    );

    test('forty updates in turn, each tried and confirmed, end where they should', async () => {
      const bench = make();
      let running = await start(bench);
      for (let update = 0; update < 40; update++) {
        const from = running.booted;
        await running.port.write(control(from, otherSlot(from)));
        const tried = await start(bench);
        expect(tried).toMatchObject({ booted: otherSlot(from), control: control(from, otherSlot(from), 1) });
        await tried.port.write(control(tried.booted));
        running = await start(bench);
        expect(running).toMatchObject({ booted: tried.booted, control: control(tried.booted) });
      }
    });

    describe.each(DAMAGES)('state that is %s', (_, damage) => {
      test.each(['a', 'b'] as const)('boots slot %s, which alone is whole, and is mended', async (slot) => {
        const bench = make();
        await (await start(bench)).port.write(control(slot));
        for (const file of await bench.files(otherSlot(slot))) spoil(bench, file, damage);
        const whole = new Set([slot]);
        const after = await start(bench, whole).catch((error: unknown) => error as Error);
        if (after instanceof Error) throw after;
        expect([after.booted, after.control.trialSlot]).toEqual([slot, null]);
        await after.port.write(control(slot, otherSlot(slot)));
        expect(await start(bench)).toMatchObject({ booted: otherSlot(slot), control: { attempts: 1 } });
      });
    });

    test('damage to a trial never reads as a confirmation', async () => {
      for (const [, damage] of DAMAGES) {
        const bench = make();
        await (await start(bench)).port.write(control('b'));
        await (await start(bench)).port.write(control('b', 'a'));
        expect((await start(bench)).booted).toBe('a');
        for (const file of await bench.files('a')) spoil(bench, file, damage);
        const { booted, control: found, lost } = await start(bench);
        const takenForConfirmed =
          booted === 'a' && found.defaultSlot === 'a' && found.trialSlot === null && !lost;
        expect(takenForConfirmed).toBe(false);
      }
    });

    test('of two writes in a row the last counts, also when nobody waited for the first', async () => {
      const bench = make();
      const { port } = await start(bench);
      await Promise.all([port.write(control('a', 'b')), port.write(control('b'))]);
      expect(await start(bench)).toMatchObject({ booted: 'b', control: control('b') });
    });

    test('who reads while it is written finds the old control or the new one', async () => {
      const bench = make();
      const { port } = await start(bench);
      const [, , read] = await Promise.all([
        port.write(control('a', 'b')),
        port.write(control('b')),
        readOnly(port),
      ]);
      expect([control('a'), control('a', 'b'), control('b')]).toContainEqual(read);
      expect((await start(bench)).control).toEqual(control('b'));
    });

    if (make().addWord !== undefined) wordsOfOthers(make);
  });
}

function wordsOfOthers(make: MakeBench): void {
  test('words of others outlive what the agent writes', async () => {
    const bench = make();
    bench.addWord?.('serial_number', 'x-1 = "7"');
    const { port } = await start(bench);
    for (const each of [control('a', 'b'), control('b'), control('a')]) await port.write(each);
    for (const file of await bench.files('b')) {
      expect(bench.disk.look(file)?.toString('latin1')).toContain('serial_number=x-1 = "7"');
    }
  });
}

/** With a limit that is never reached, so that a boot loader of ours counts nothing worth speaking of. */
async function readOnly(port: BootPort): Promise<BootControl> {
  const { control: found } = await port.boot(99);
  return found.trialSlot === null ? found : { ...found, attempts: 0 };
}
