/** What the fleet consists of, now and by day. */
import type { InventoryHistory, InventoryView } from '@tuesday/protocol';
import type { Command } from 'commander';
import { does, group, leaf } from '../command.ts';
import { wholeNumber } from '../flag-values.ts';
import { table, time } from '../output.ts';

export function inventoryGroup(): Command {
  return group('inventory', 'How many devices have each value of each dimension', [view(), history()]);
}

function view(): Command {
  return does<{ all?: boolean }>(
    leaf('view', 'The declared dimensions and their values now', [
      'inventory view',
      'inventory view --all --json',
    ]).option('--all', 'also what devices report and the policy does not declare'),
    async ({ client, flags, show }) =>
      show(await client().call('viewInventory'), (inventory) => describe(inventory, flags.all === true)),
  );
}

function describe({ devices, dimensions }: InventoryView, all: boolean): string {
  const shown = dimensions.filter(({ declared }) => declared || all);
  const rows = shown.flatMap(({ name, values, more }) => [
    ...values.map((one) => [
      name,
      one.value ?? '(not reported)',
      String(one.devices),
      `${Math.round(one.share * 10_000) / 100} %`,
      time(one.firstSeenAt),
      one.spellings.length > 1 ? one.spellings.join(', ') : '',
    ]),
    ...(more > 0 ? [[name, `and ${more} more`, '', '', '', '']] : []),
  ]);
  const none = dimensions.some(({ declared }) => declared)
    ? 'No device has reported a value of a declared dimension.'
    : 'The policy declares no dimension; with --all you see what devices report.';
  return [
    `${devices} devices have reported.`,
    rows.length === 0
      ? none
      : table([['dimension', 'value', 'devices', 'share', 'first seen', 'spellings'], ...rows]),
  ].join('\n');
}

function history(): Command {
  return does<{ days?: number }>(
    leaf('history <dimension>', 'The shares of a dimension by day', [
      'inventory history broker',
      'inventory history broker --days 90 --json',
    ]).option('--days <number>', 'how many days, 30 when left out', wholeNumber),
    async ({ client, flags, show }, dimension) => {
      const query = flags.days === undefined ? {} : { days: flags.days };
      show(await client().call('viewInventoryHistory', { params: { dimension }, query }), byDay);
    },
  );
}

function byDay({ days }: InventoryHistory): string {
  const rows = days.flatMap(({ day, devices, values }) =>
    values.map((one) => [
      day,
      one.value ?? '(not reported)',
      String(one.devices),
      `${Math.round((one.devices / Math.max(1, devices)) * 10_000) / 100} %`,
    ]),
  );
  return table([['day', 'value', 'devices', 'share'], ...rows]);
}
