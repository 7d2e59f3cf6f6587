import type { Command } from 'commander';
import { does, group, leaf } from '../command.ts';
import { wholeNumber } from '../flag-values.ts';
import { fridayTable, loadSimulator } from '../friday-table.ts';

export function simulateGroup(): Command {
  return group('simulate', 'Make bad days cheap', [
    does<{ seed?: number; devices?: number }>(
      leaf('friday', 'The Friday incident as it happened and as it should have been, side by side', [
        'simulate friday',
        'simulate friday --json',
      ])
        .option('--seed <number>', 'seed of the randomness', wholeNumber)
        .option('--devices <number>', 'size of the fleet', wholeNumber),
      async ({ flags, show }) => {
        const { simulateFriday } = await loadSimulator();
        const options: { seed?: number; devices?: number } = {};
        if (flags.seed !== undefined) options.seed = flags.seed;
        if (flags.devices !== undefined) options.devices = flags.devices;
        show(await simulateFriday(options), fridayTable);
      },
    ),
  ]);
}
