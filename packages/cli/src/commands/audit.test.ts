import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { refuse } from '@tuesday/protocol';
import {
  EXPORT_FORMAT,
  GENESIS,
  entryLine,
  generateKey,
  hashEntry,
  type HashedEntry,
  hashText,
  statementLine,
} from '@tuesday/trust';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Workplace, workplace } from '../testing/run-tuesday.ts';
import { scriptedServer } from '../testing/scripted-server.ts';

const key = generateKey();
const publicKey = key.public.keyval.public;

function log(count: number): string {
  const entries: HashedEntry[] = [];
  for (let seq = 1; seq <= count; seq++) {
    const entry = {
      seq,
      at: 1_795_510_800_000 + seq,
      fleet: 'main',
      actor: 'alice',
      person: 'alice',
      origin: '192.0.2.7',
      factor: null,
      verb: 'rollout.halt',
      object: 'rollout r-1',
      because: `reason ${seq}`,
      before: null,
      after: null,
      previous: entries.at(-1)?.hash ?? GENESIS,
    };
    entries.push({ ...entry, hash: hashEntry(entry) });
  }
  const about = { organisation: 'main', entries: count, keyid: key.keyid };
  const keys = { [key.keyid]: publicKey };
  const header = statementLine(
    { header: { ...about, format: EXPORT_FORMAT, exportedAt: 1, publicKey, keys } },
    key,
  );
  const hash = entries.at(-1)?.hash ?? GENESIS;
  const end = { ...about, checkpoints: 0, hash, header: hashText(header.trimEnd()), at: 1 };
  return header + entries.map(entryLine).join('') + statementLine({ end }, key);
}

let place: Workplace;
beforeAll(() => {
  place = workplace();
  writeFileSync(join(place.folder, 'good.jsonl'), log(5));
  writeFileSync(join(place.folder, 'key.txt'), `${publicKey}\n`);
  writeFileSync(join(place.folder, 'key.json'), JSON.stringify({ keyid: key.keyid, publicKey }));
});
afterAll(() => place[Symbol.dispose]());

describe('audit verify needs no server', () => {
  test('and says in one line what an intact file covers, and whose key it was', async () => {
    const ran = await place.tuesday(['audit', 'verify', 'good.jsonl']);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toMatch(
      /^good\.jsonl: intact: 5 entries, 0 checkpoints, covered until 2026-11-24 09:00:00Z, signed by [0-9a-f]{16}…, the key that came with the log; give --key .*\n$/,
    );
  });

  test.each([publicKey, 'key.txt', 'key.json'])('against a key given as %s', async (given) => {
    const ran = await place.tuesday(['audit', 'verify', 'good.jsonl', '--key', given]);
    expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining('the key given\n')]);
  });

  test('and names the entry in which one byte was flipped, also as JSON', async () => {
    const bytes = readFileSync(join(place.folder, 'good.jsonl'));
    const at = bytes.indexOf('reason 3');
    bytes[at] = (bytes[at] as number) ^ 1;
    writeFileSync(join(place.folder, 'flipped.jsonl'), bytes);
    const ran = await place.tuesday(['audit', 'verify', 'flipped.jsonl']);
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain('flipped.jsonl: broken at line 4, entry 3: altered: ');
    const json = await place.tuesday(['audit', 'verify', 'flipped.jsonl', '--json']);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, line: 4, entry: 3, what: 'altered' });
  });

  test.each([
    ['a foreign key', ['good.jsonl', '--key', generateKey().public.keyval.public], 1, 'line 1: key'],
    ['an empty file', ['empty.jsonl'], 1, 'line 1: empty'],
    ['a file that is not there', ['nowhere.jsonl'], 1, ''],
    ['a key that is none', ['good.jsonl', '--key', 'good.jsonl'], 2, ''],
  ])('and turns down %s', async (_, args, code, words) => {
    writeFileSync(join(place.folder, 'empty.jsonl'), '');
    const ran = await place.tuesday(['audit', 'verify', ...args]);
    expect([ran.code, ran.stdout]).toEqual([code, expect.stringContaining(words)]);
    expect(ran.stderr).not.toContain('    at ');
  });
});

describe('audit export', () => {
  test('writes a file that only its owner reads, and replaces an older one whole', async () => {
    await using server = await scriptedServer({});
    server.files['/v1/audit/export'] = log(300);
    using place = workplace(server);
    writeFileSync(join(place.folder, 'a.jsonl'), 'older');
    chmodSync(join(place.folder, 'a.jsonl'), 0o644);
    const ran = await place.tuesday(['audit', 'export', '--out', 'a.jsonl']);
    expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining('a.jsonl: intact: 300 entries')]);
    expect(readFileSync(join(place.folder, 'a.jsonl'), 'utf8')).toBe(log(300));
    expect(statSync(join(place.folder, 'a.jsonl')).mode & 0o777).toBe(0o600);
    const verified = await place.tuesday(['audit', 'verify', '--key', publicKey]);
    expect([verified.code, verified.stdout]).toEqual([0, expect.stringContaining('300 entries')]);
  });

  test('keeps what is broken, and says so', async () => {
    await using server = await scriptedServer({});
    server.files['/v1/audit/export'] = log(5).replace('reason 2', 'reason 9');
    using place = workplace(server);
    const ran = await place.tuesday(['audit', 'export', '--out', 'a.jsonl']);
    expect([ran.code, ran.stdout]).toEqual([1, expect.stringContaining('entry 2: altered')]);
    expect(existsSync(join(place.folder, 'a.jsonl'))).toBe(true);
  });

  test('leaves the older file and nothing else when the answer is cut off', async () => {
    await using server = await scriptedServer({});
    server.files['/v1/audit/export'] = log(5).slice(0, -700);
    using place = workplace(server);
    writeFileSync(join(place.folder, 'a.jsonl'), 'older');
    const ran = await place.tuesday(['audit', 'export', '--out', 'a.jsonl']);
    expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining('cut off')]);
    expect(readdirSync(place.folder)).toEqual(['a.jsonl']);
    expect(readFileSync(join(place.folder, 'a.jsonl'), 'utf8')).toBe('older');
  });

  test('is refused in the words of the server', async () => {
    const refused = refuse('forbidden', 'The log holds all fleets.');
    await using server = await scriptedServer({ exportAudit: { refused, status: 403 } });
    using place = workplace(server);
    const ran = await place.tuesday(['audit', 'export', '--out', 'a.jsonl']);
    expect([ran.code, ran.stderr]).toEqual([3, expect.stringContaining('The log holds all fleets.')]);
    expect(readdirSync(place.folder)).toEqual([]);
  });
});

describe('audit list', () => {
  test('asks for what was typed', async () => {
    await using server = await scriptedServer({ listAudit: () => ({ entries: [], next: 7 }) });
    using place = workplace(server);
    const ran = await place.tuesday(
      'audit list --actor alice --verb rollout --object r-1 --since 2026-11-20 --until 2026-11-20T17:30-05:00'.split(
        ' ',
      ),
    );
    expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining('--after 7')]);
    expect(server.asked[0]?.query).toEqual({
      actor: 'alice',
      verb: 'rollout',
      object: 'r-1',
      from: String(Date.UTC(2026, 10, 20)),
      until: String(Date.UTC(2026, 10, 20, 22, 30)),
    });
  });

  test.each(['yesterday', '2026-11-20T17:30', '2026-13-01', '2026-11-20 17:30Z'])(
    'does not guess what "%s" means',
    async (typed) => {
      const ran = await place.tuesday(['audit', 'list', '--since', typed]);
      expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining('must be a date')]);
    },
  );
});
