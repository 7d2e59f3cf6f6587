import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventQueue } from './queue.ts';

test('moments come in order, equal ones as they were put in', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { maxLength: 200 }), (times) => {
      const queue = new EventQueue<number>();
      times.forEach((time, index) => queue.put(time, index));
      const expected = times
        .map((time, index) => ({ at: time, item: index }))
        .sort((a, b) => a.at - b.at || a.item - b.item);
      const taken = [];
      for (let next = queue.take(Infinity); next; next = queue.take(Infinity)) taken.push(next);
      expect(taken).toEqual(expected);
    }),
  );
});

test('nothing comes before its time', () => {
  const queue = new EventQueue<string>();
  queue.put(10, 'later');
  expect(queue.take(9)).toBeUndefined();
  expect(queue.take(10)?.item).toBe('later');
  expect(queue.size).toBe(0);
});

test('a moment between two milliseconds comes at the second of them', () => {
  const queue = new EventQueue<string>();
  queue.put(10.2, 'first');
  queue.put(11, 'second');
  expect(queue.take(10.5)).toBeUndefined();
  expect(queue.take(11)).toEqual({ at: 11, item: 'first' });
  expect(queue.take(11)).toEqual({ at: 11, item: 'second' });
});
