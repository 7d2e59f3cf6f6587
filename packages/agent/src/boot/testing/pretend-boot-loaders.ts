/**
 * What each boot loader does at power-on, written from its script in `examples/boot` or from its documents, and
 * apart from the code under test. `real-*.test.ts` holds the real boot loaders to the same.
 */
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import type { SlotName } from '@tuesday/protocol';
import type { Disk } from '../../storage/disk.ts';

export type PowerOn = (limit: number) => Promise<SlotName>;

/** The four facts as a script holds them: any string, or empty. */
interface Facts {
  default_slot: string;
  trial_slot: string;
  trial: string;
  bootcount: string;
}

/** As the three scripts decide. `save` is false when the count could not be kept. */
async function decide(
  facts: Facts,
  limit: number,
  given: string,
  save: () => Promise<void>,
): Promise<SlotName> {
  if (facts.default_slot !== 'b') facts.default_slot = 'a';
  if (facts.trial_slot !== 'a' && facts.trial_slot !== 'b') facts.trial = '0';
  if (facts.trial !== '1') return facts.default_slot as SlotName;
  const count = Number.parseInt(facts.bootcount, 10) || 0;
  if (count < limit) {
    facts.bootcount = String(count + 1);
    await save();
    return facts.trial_slot as SlotName;
  }
  facts.trial = given;
  await save();
  return facts.default_slot as SlotName;
}

const NONE: Facts = { default_slot: '', trial_slot: '', trial: '', bootcount: '' };

function linesOf(text: string): Map<string, string> {
  const pairs = text.split('\n').flatMap((line) => {
    const at = line.indexOf('=');
    return at > 0 && !line.startsWith('#') ? [[line.slice(0, at), line.slice(at + 1)] as const] : [];
  });
  return new Map(pairs);
}

/** Writes as a boot loader does: at once, since nothing is cached below it. */
async function writeNow(disk: Disk, path: string, at: number, bytes: Buffer): Promise<void> {
  await using file = await disk.update(path);
  await file.write(bytes, at);
  await file.sync();
}

export function pretendUbootSector(disk: Disk, device: string, offset: number): PowerOn {
  return async (limit) => {
    const sector = (await disk.readPart(device, offset, 512)).toString('latin1').split('\0')[0] ?? '';
    const facts = { ...NONE };
    for (const [name, value] of linesOf(sector)) if (name in facts) facts[name as keyof Facts] = value;
    return decide(facts, limit, '2', async () => {
      const fresh = Buffer.alloc(512);
      // U-Boot exports by name, in the order of the alphabet, and leaves out what is not set.
      const names = (Object.keys(facts) as (keyof Facts)[]).sort().filter((name) => facts[name] !== '');
      fresh.write(names.map((name) => `${name}=${facts[name]}\n`).join(''), 'latin1');
      await writeNow(disk, device, offset, fresh);
    });
  };
}

export function pretendUbootEnvironment(disk: Disk, copies: readonly string[], size: number): PowerOn {
  const head = copies.length === 2 ? 5 : 4;
  const valid = (block: Buffer) =>
    block.length === size && crc32(block.subarray(head)) === block.readUInt32LE(0);
  return async (limit) => {
    const blocks = await Promise.all(copies.map((path) => disk.readPart(path, 0, size)));
    const good = blocks.map((block, index) => ({ block, index })).filter(({ block }) => valid(block));
    const serial = ({ block }: { block: Buffer }) => (head === 5 ? block.readUInt8(4) : 0);
    const [one, other] = good;
    let used = one;
    if (one && other) {
      const around = [serial(one), serial(other)].toSorted((a, b) => a - b).join() === '0,255';
      const later = serial(other) > serial(one) !== around;
      used = serial(one) !== serial(other) && later ? other : one;
    }
    const text = used?.block.toString('latin1', head).split('\0\0')[0]?.replaceAll('\0', '\n') ?? '';
    const words = linesOf(text);
    const facts = { ...NONE, trial: words.get('upgrade_available') ?? '' };
    for (const name of ['default_slot', 'trial_slot', 'bootcount'] as const)
      facts[name] = words.get(name) ?? '';
    return decide(facts, limit, '0', async () => {
      const { trial, ...rest } = facts;
      const all = new Map([...words, ...Object.entries({ ...rest, upgrade_available: trial })]);
      const block = Buffer.alloc(size);
      block.write([...all].map(([name, value]) => `${name}=${value}\0`).join(''), head, 'latin1');
      if (head === 5) block[4] = ((used ? serial(used) : 0) + 1) & 255;
      block.writeUInt32LE(crc32(block.subarray(head)), 0);
      const target = copies.length === 2 && used?.index === 0 ? 1 : 0;
      await writeNow(disk, copies[target] as string, 0, block);
    });
  };
}

export function pretendGrub(disk: Disk, path: string): PowerOn {
  return async (limit) => {
    const block = await disk.read(path);
    const text = block?.toString('latin1') ?? '';
    const readable = block?.length === 1024 && text.startsWith('# GRUB Environment Block\n');
    const facts: Facts = { default_slot: 'a', trial_slot: '', trial: '0', bootcount: '0' };
    const words = readable ? linesOf(text) : new Map<string, string>();
    for (const [name, value] of words) if (name in facts) facts[name as keyof Facts] = value;
    return decide(facts, limit, '2', async () => {
      const all = new Map([...words, ...Object.entries(facts)]);
      const lines = [...all].map(([name, value]) => `${name}=${value}\n`).join('');
      await writeNow(
        disk,
        path,
        0,
        Buffer.from(`# GRUB Environment Block\n${lines}`.padEnd(1024, '#'), 'latin1'),
      );
    });
  };
}

export function pretendSystemdBoot(disk: Disk, folder: string): PowerOn {
  return async () => {
    const entries = [];
    for (const name of await disk.list(folder)) {
      const text = (await disk.read(`${folder}/${name}`))?.toString() ?? '';
      const match = /^(.*?)(?:\+(\d+)(?:-(\d+))?)?\.conf$/.exec(name);
      if (!match || !/^(efi|linux) /m.test(text)) continue;
      const version = Number(/^version (\d+)$/m.exec(text)?.[1] ?? 0);
      const left = match[2] === undefined ? Infinity : Number(match[2]);
      entries.push({ name, stem: match[1] as string, left, done: Number(match[3] ?? 0), version });
    }
    entries.sort(
      (a, b) =>
        Number(a.left === 0) - Number(b.left === 0) ||
        b.version - a.version ||
        (a.stem < b.stem ? 1 : -1) ||
        b.left - a.left,
    );
    const first = entries[0];
    if (first === undefined) throw new Error('systemd-boot finds no entry');
    if (first.left !== Infinity) {
      const next = `${first.stem}+${Math.max(0, first.left - 1)}-${first.done + 1}.conf`;
      await disk.rename(`${folder}/${first.name}`, `${folder}/${next}`);
      await disk.syncFolder(dirname(`${folder}/${next}`));
    }
    return first.stem.endsWith('-b') ? 'b' : 'a';
  };
}
