/** Filters that the people of a fleet keep, and what a filter can ask for. */
import type { FilterFieldsView, SavedFiltersView } from '@tuesday/protocol';
import type { Command } from 'commander';
import { does, group, leaf } from '../command.ts';
import { table, time } from '../output.ts';

export function filterGroup(): Command {
  return group('filter', 'Filters that find devices: saved ones, and the language', [
    does(leaf('list', 'The saved filters of the fleet', ['filter list', 'filter list --json']), async (run) =>
      run.show(await run.client().call('listFilters'), describe),
    ),
    save(),
    does(
      leaf('delete <name>', 'Forget a saved filter', ['filter delete north-silent']),
      async ({ client, show }, name = '') =>
        show(await client().call('deleteFilter', { params: { name } }), describe),
    ),
    does(
      leaf('fields', 'What a filter can ask for, with what devices report', [
        'filter fields',
        'filter fields --json',
      ]),
      async ({ client, show }) => show(await client().call('viewFilterFields'), language),
    ),
  ]);
}

function save(): Command {
  return does<{ replace?: boolean }>(
    leaf('save <name> <filter>', 'Keep a filter under a name, for everybody in the fleet', [
      `filter save north-silent 'environment.region==north;lastSeen=lt=-3d'`,
      `filter save north-silent 'lastSeen=lt=-1d' --replace`,
    ]).option('--replace', 'whatever stands under the name'),
    async ({ client, flags, show }, name = '', filter = '') => {
      const body = { name, filter, replace: flags.replace === true };
      show(await client().call('saveFilter', { body }), describe);
    },
  );
}

function describe({ filters }: SavedFiltersView): string {
  if (filters.length === 0) return `No filter is saved. tuesday filter save <name> '<filter>' keeps one.`;
  const rows = filters.map(({ name, filter, by, at }) => [name, by, time(at), filter]);
  return table([['name', 'by', 'since', 'filter'], ...rows]);
}

function language({ fields }: FilterFieldsView): string {
  const rows = fields.map(({ field, operators, example, means }) => [
    field,
    operators.join(' '),
    example,
    means,
  ]);
  return [
    table([['field', 'operators', 'for instance', 'means'], ...rows]),
    '',
    'Join by ";" (and) or "," (or), group by parentheses, quote values with spaces; * stands for anything.',
    'A single word is a part of an id.',
  ].join('\n');
}
