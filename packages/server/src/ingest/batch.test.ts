import { expect, test } from 'vitest';
import { Batch } from './batch.ts';

function batch(isOfAnItem: boolean, runs: (readonly number[])[] = []) {
  return new Batch<number, number>({
    limit: 8,
    waiting: 100,
    isOfAnItem: () => isOfAnItem,
    async run(items) {
      runs.push(items);
      await new Promise((resolve) => setImmediate(resolve));
      if (items.includes(13)) throw new Error('13');
      return items.map((item) => item * 10);
    },
  });
}

test('items that come at once go in one run, each gets its own answer, later ones wait for the next', async () => {
  const runs: (readonly number[])[] = [];
  const tens = batch(true, runs);
  const first = [1, 2, 3].map((item) => tens.add(item));
  await first[0];
  const second = tens.add(4);
  expect(await Promise.all([...first, second])).toEqual([10, 20, 30, 40]);
  expect(runs).toEqual([[1, 2, 3], [4]]);
});

test('an item that spoils its run is left alone, its neighbours go through', async () => {
  const results = await Promise.allSettled([11, 12, 13, 14, 15].map((item) => spoiled.add(item)));
  expect(results.map(({ status }) => status)).toEqual([
    'fulfilled',
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
  ]);
});
const spoiled = batch(true);

test("a failure that is nobody's fault is not tried again item by item", async () => {
  const runs: (readonly number[])[] = [];
  const broken = batch(false, runs);
  const results = await Promise.allSettled([12, 13, 14].map((item) => broken.add(item)));
  expect(results.every(({ status }) => status === 'rejected')).toBe(true);
  expect(runs).toHaveLength(1);
});

test('it is full when as many wait as may, and settled when none does', async () => {
  const tens = batch(true);
  const answers = Array.from({ length: 100 }, (_, index) => tens.add(index + 100));
  expect(tens.full).toBe(true);
  await tens.settled();
  expect(tens.full).toBe(false);
  expect(await Promise.all(answers)).toHaveLength(100);
});
