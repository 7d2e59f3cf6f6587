import { policySchema, type PolicyView } from '@tuesday/protocol';
import type { Command } from 'commander';
import { does, group, leaf } from '../command.ts';
import { table } from '../output.ts';
import { readYamlFile } from '../yaml-file.ts';

export function policyGroup(): Command {
  return group('policy', 'When stages may open', [
    does(
      leaf('view', 'Change windows and freezes', ['policy view', 'policy view --json']),
      async ({ client, show }) => show(await client().call('viewPolicy'), describe),
    ),
    does<{ file: string; because: string }>(
      leaf('set', 'Replace change windows and freezes', [
        'policy set --file calendar.yaml --because "winter hours"',
      ])
        .requiredOption('--file <file>', 'YAML: zone, windows, freezes')
        .requiredOption('--because <sentence>', 'why; kept in the audit log'),
      async ({ client, flags, show }) => {
        const policy = await readYamlFile(flags.file, policySchema, [
          { at: [], keys: Object.keys(policySchema.shape) },
        ]);
        const { because } = flags;
        await client().call('setPolicy', { body: { policy, because } });
        show(await client().call('viewPolicy'), describe);
      },
    ),
  ]);
}

function describe({ calendar }: PolicyView): string {
  const windows = calendar.windows.map(({ days, from, to }) => ['open', days.join(', '), `${from}–${to}`]);
  const freezes = calendar.freezes.map(({ name, from, to }) => ['frozen', name, `${from}–${to}`]);
  const rows = [['zone', calendar.zone], ...windows, ...freezes];
  return table(windows.length === 0 ? [...rows, ['open', 'never']] : rows);
}
