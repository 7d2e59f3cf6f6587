import { test } from 'vitest';
import { surviveKills } from './survive-kills.ts';

test('a server that is killed at 16 random moments of a rollout keeps its promises', async () => {
  await surviveKills(16);
}, 280_000);
