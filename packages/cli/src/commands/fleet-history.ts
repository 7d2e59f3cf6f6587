/** Versions, health and silence of the fleet over time. */
import type { FleetHistoryView } from '@tuesday/protocol';
import type { Command } from 'commander';
import { does, leaf } from '../command.ts';
import { wholeNumber } from '../flag-values.ts';
import { table, time } from '../output.ts';

export function historyCommand(): Command {
  return does<{ days?: number }>(
    leaf('history', 'Versions, health and silence of the fleet: by the hour for 14 days, else by the day', [
      'fleet history',
      'fleet history --days 90 --json',
    ]).option('--days <number>', 'how many days, 7 when left out, 400 at most', wholeNumber),
    async ({ client, flags, show }) => {
      const query = flags.days === undefined ? {} : { days: flags.days };
      show(await client().call('viewFleetHistory', { query }), describe);
    },
  );
}

function describe({ points, silentAfter }: FleetHistoryView): string {
  if (points.length === 0) return 'Nothing is kept yet; the first hour is written within ten minutes.';
  const rows = points.map(({ at, devices, silent, unhealthy, versions }) => [
    time(at),
    String(devices),
    silent === null ? '–' : String(silent),
    String(unhealthy),
    versions.map((one) => `${one.version} ${one.devices}`).join(', '),
  ]);
  return `${table([['from', 'devices', 'silent', 'unhealthy', 'versions'], ...rows])}\nsilent: not heard for ${silentAfter}`;
}
