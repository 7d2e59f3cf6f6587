import { test } from 'vitest';
import { surviveKills } from './survive-kills.ts';

test('a server that is killed at 10 random moments of a rollout keeps its promises', async () => {
  await surviveKills(10);
}, 280_000);
