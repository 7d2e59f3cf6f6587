import type { Command } from 'commander';
import { does, group, leaf } from '../command.ts';
import { table, time } from '../output.ts';
import { wholeNumber } from '../flag-values.ts';

export function auditGroup(): Command {
  return group('audit', 'Who did what, when and why', [
    does<{ after?: number; limit?: number }>(
      leaf('list', 'The audit log in order', ['audit list', 'audit list --after 200 --json'])
        .option('--after <seq>', 'entries after this one', wholeNumber)
        .option('--limit <number>', 'how many at most', wholeNumber),
      async ({ client, flags, show }) => {
        const view = await client().call('listAudit', { query: { after: flags.after, limit: flags.limit } });
        show(view, ({ entries, next }) => {
          const rows = entries.map((entry) => [
            String(entry.seq),
            time(entry.at),
            entry.actor,
            entry.verb,
            entry.object,
            entry.because,
          ]);
          const more = next === null ? '' : `\nmore: tuesday audit list --after ${next}`;
          return table([['seq', 'when', 'who', 'did', 'what', 'because'], ...rows]) + more;
        });
      },
    ),
  ]);
}
