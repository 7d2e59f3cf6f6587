import type { Command } from 'commander';
import { does, group, leaf } from '../command.ts';
import { table } from '../output.ts';

export function fleetGroup(): Command {
  return group('fleet', 'All devices', [
    does(
      leaf('view', 'Versions and environment of the fleet, as reported', ['fleet view', 'fleet view --json']),
      async ({ client, show }) => {
        show(await client().call('viewFleet'), ({ devices, versions, environment }) => {
          const rows = versions.map(({ version, devices }) => ['version', version, String(devices)]);
          for (const [attribute, values] of Object.entries(environment)) {
            for (const { value, devices } of values) rows.push([attribute, value, String(devices)]);
          }
          return `${devices} devices\n${table([['attribute', 'value', 'devices'], ...rows])}`;
        });
      },
    ),
    does<{ because: string }>(
      leaf('key', 'Issue a key that devices enrol with; it is shown once', [
        'fleet key --because "line 2 of the factory"',
      ]).requiredOption('--because <sentence>', 'why; kept in the audit log'),
      async ({ client, flags, show }) => {
        const view = await client().call('createFleetKey', { body: { because: flags.because } });
        show(view, ({ fleetKey }) => fleetKey);
      },
    ),
  ]);
}
