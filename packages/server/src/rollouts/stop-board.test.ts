import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type Halt, StopBoard } from './stop-board.ts';

const folder = mkdtempSync(join(tmpdir(), 'tuesday-halts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;
const fresh = () => join(folder, `halts-${count++}.jsonl`);
const halt = (rollout: string, who = 'bob'): Halt => ({
  rollout,
  at: 1,
  actor: { label: who, person: who, origin: '127.0.0.1', factor: null },
  because: `Halted by ${who}: smoke`,
});

describe('a stop', () => {
  test('holds from the call on, before it is on the disk', async () => {
    const board = StopBoard.open(fresh());
    const kept = board.stop(halt('r-1'));
    expect(board.sentenceOf('r-1')).toBe('Halted by bob: smoke');
    await kept;
    await board.close();
  });

  test('is there after a restart, until it was settled', async () => {
    const file = fresh();
    const first = StopBoard.open(file);
    await Promise.all(['r-1', 'r-2', 'r-3'].map((rollout) => first.stop(halt(rollout))));
    first.settle(halt('r-2'), { because: 'x', since: 1 });
    await first.close();
    const second = StopBoard.open(file);
    expect(second.waiting().map(({ rollout }) => rollout)).toEqual(['r-1', 'r-3']);
    expect(second.damagedLines).toBe(0);
    second.settle(halt('r-1'), undefined);
    second.settle(halt('r-3'), undefined);
    await second.close();
    expect(StopBoard.open(file).waiting()).toEqual([]);
    expect(readFileSync(file, 'utf8')).toBe('');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('of two people is the first one’s, and neither is lost', async () => {
    const board = StopBoard.open(fresh());
    await Promise.all([board.stop(halt('r-1', 'bob')), board.stop(halt('r-1', 'carol'))]);
    expect(board.waiting().map(({ actor }) => actor.label)).toEqual(['bob', 'carol']);
    expect(board.sentenceOf('r-1')).toBe('Halted by bob: smoke');
    board.settle(halt('r-1', 'bob'), undefined);
    expect(board.sentenceOf('r-1')).toBe('Halted by carol: smoke');
    await board.close();
  });

  test('still holds when the database has it, and not when it refused it', async () => {
    const board = StopBoard.open(fresh());
    await Promise.all([board.stop(halt('r-1')), board.stop(halt('r-2'))]);
    board.settle(halt('r-1'), { because: 'Halted by bob: smoke', since: 1 });
    board.settle(halt('r-2'), undefined);
    expect([board.sentenceOf('r-1'), board.sentenceOf('r-2')]).toEqual(['Halted by bob: smoke', undefined]);
    board.forget('r-1');
    expect(board.sentenceOf('r-1')).toBeUndefined();
    await board.close();
  });

  test('that the disk does not take says so, and holds all the same', async () => {
    const own = mkdtempSync(join(folder, 'gone-'));
    const board = StopBoard.open(join(own, 'halts.jsonl'));
    rmSync(own, { recursive: true });
    await expect(board.stop(halt('r-1'))).rejects.toThrow('ENOENT');
    expect(board.sentenceOf('r-1')).toBe('Halted by bob: smoke');
    await board.close();
  });
});

test('cut off at any byte, the file still holds every halt that was written whole, and takes new ones', async () => {
  const file = fresh();
  const board = StopBoard.open(file);
  const rollouts = ['r-1', 'r-2', 'r-3'];
  for (const rollout of rollouts) await board.stop(halt(rollout));
  await board.close();
  const whole = readFileSync(file, 'utf8');
  const ends = [...whole.matchAll(/\n/g)].map(({ index }) => index);
  const cutFile = fresh();
  let torn = 0;
  for (let length = 0; length <= whole.length; length++) {
    writeFileSync(cutFile, whole.slice(0, length));
    const found = StopBoard.open(cutFile);
    // A line is whole with its last brace; the line feed may be lost.
    const expected = ends.filter((end) => end <= length).length;
    expect(found.waiting()).toHaveLength(expected);
    torn += found.damagedLines;
    await found.stop(halt('r-9'));
    await found.close();
    expect(
      StopBoard.open(cutFile)
        .waiting()
        .map(({ rollout }) => rollout),
    ).toEqual([...rollouts.slice(0, expected), 'r-9']);
  }
  expect(torn).toBeGreaterThan(100);
});

test('damage in the middle costs its own line only, and is counted', () => {
  const file = fresh();
  const line = (rollout: string) => `${JSON.stringify({ halt: halt(rollout) })}\n`;
  writeFileSync(file, line('r-1'));
  appendFileSync(file, `{"halt":{"rollout":7}}\n\u0000\u0000\n${line('r-2')}`);
  const board = StopBoard.open(file);
  expect(board.waiting().map(({ rollout }) => rollout)).toEqual(['r-1', 'r-2']);
  expect(board.damagedLines).toBe(2);
});
