import { expect, test } from 'vitest';
import type { Step } from '../../core/journal.ts';
import { type Damage, damageJournal } from './damage-journal.ts';
import { STORIES } from './device-stories.ts';

const STEPS: ReadonlyArray<Step | null> = ['verifying', 'downloading', 'staging', 'ready', 'trying', null];
const TOLD = ['a good update is confirmed', 'an update that crashes is rolled back'];
const CASES = STORIES.filter(({ name }) => TOLD.includes(name)).flatMap((story) =>
  STEPS.flatMap((step) =>
    (['cut', 'flipped'] satisfies Damage[]).map((damage) => [damage, story.name, step, story] as const),
  ),
);

test.each(CASES)('a journal that is %s at any byte: %s, at the step %s', async (damage, _, step, story) => {
  const { tried, wrong } = await damageJournal(story, step, damage, 1);
  expect(wrong).toEqual([]);
  expect(tried).toBeGreaterThan(400);
});
