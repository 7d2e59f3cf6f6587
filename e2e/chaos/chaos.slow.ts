import { test } from 'vitest';
import { requireSound } from './require-sound.ts';
import { surviveChaos } from './survive-chaos.ts';

const CHAOS = {
  agents: 1_000,
  crews: 8,
  restarts: 20,
  brokerKills: 4,
  // Loses half of all round trips.
  loss: 30,
  rate: 30,
  poll: '10m',
  soak: '15m',
  shares: [0.1, 0.4, 1],
  blowsWithinMillis: 6_000,
};

test('1,000 agents end on the intended release, installed once and heard once, through lost packets, 20 dead servers, dead brokers and wrong clocks', async () => {
  requireSound(await surviveChaos(CHAOS), CHAOS);
}, 1_800_000);
