import { test } from 'vitest';
import { requireSound } from './require-sound.ts';
import { surviveChaos } from './survive-chaos.ts';

const CHAOS = {
  agents: 40,
  crews: 1,
  restarts: 3,
  brokerKills: 1,
  // Loses 30 % of round trips.
  loss: 16,
  rate: 60,
  poll: '2m',
  soak: '6m',
  shares: [0.5, 1],
  blowsWithinMillis: 2_000,
};

test('40 agents end on the intended release, installed once and heard once, through lost packets, dead servers, a dead broker and wrong clocks', async () => {
  requireSound(await surviveChaos(CHAOS), CHAOS);
}, 240_000);
