import type { Command } from 'commander';
import { does, group, leaf } from '../command.ts';
import { table, time } from '../output.ts';
import type { FleetListView } from '@tuesday/protocol';
import { historyCommand } from './fleet-history.ts';
import { watchCommand } from './fleet-watch.ts';

export function fleetGroup(): Command {
  return group('fleet', 'The devices of a fleet, and the fleets of the organisation', [
    list(),
    create(),
    historyCommand(),
    watchCommand(),
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

function list(): Command {
  return does(
    leaf('list', 'The fleets of the organisation that one can see', ['fleet list', 'fleet list --json']),
    async ({ client, show }) => show(await client().call('listFleets'), describe),
  );
}

function create(): Command {
  return does<{ name: string }>(
    leaf('create <fleet>', 'A further fleet of the organisation', [
      'fleet create outdoor --name "Outdoor sensors"',
    ]).requiredOption('--name <name>', 'what people call it'),
    async ({ client, flags, show }, fleet = '') =>
      show(await client().call('createFleet', { body: { fleet, name: flags.name } }), describe),
  );
}

function describe({ fleets }: FleetListView): string {
  const rows = fleets.map(({ fleet, name, createdAt }) => [fleet, name, time(createdAt)]);
  return table([['fleet', 'name', 'since'], ...rows]);
}
