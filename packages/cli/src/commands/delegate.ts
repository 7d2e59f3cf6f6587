import { type RouteAnswer } from '@tuesday/protocol';
import type { Command } from 'commander';
import { does, group, leaf } from '../command.ts';
import { instant } from '../flag-values.ts';
import { table, time } from '../output.ts';

export function delegateGroup(): Command {
  return group('delegate', 'Who consents for whom while somebody is away', [
    does<{ from?: number; until: number }>(
      leaf('to <person>', 'Let a named person consent for you, for a time', [
        'delegate to dave --until 2026-12-01T09:00Z',
        'delegate to dave --from 2026-11-27T17:00Z --until 2026-12-01T09:00Z',
      ])
        .option('--from <time>', 'first instant, ISO 8601; now when left out', instant)
        .requiredOption('--until <time>', 'first instant after it, ISO 8601', instant),
      async ({ client, flags, show }, to) => {
        const from = flags.from ?? (await client().call('status')).now;
        const body = { to, from, until: flags.until };
        show(await client().call('delegate', { body }), describe);
      },
    ),
    does(leaf('list', 'Delegations, the latest first', ['delegate list']), async ({ client, show }) =>
      show(await client().call('listDelegations'), describe),
    ),
    does(
      leaf('revoke <delegation>', 'End a delegation at once', ['delegate revoke d-1']),
      async ({ client, show }, delegation) =>
        show(await client().call('revokeDelegation', { params: { delegation } }), describe),
    ),
  ]);
}

function describe({ delegations }: RouteAnswer<'listDelegations'>): string {
  return table([
    ['delegation', 'of', 'to', 'from', 'until', 'revoked'],
    ...delegations.map((one) => [
      one.delegation,
      one.of,
      one.to,
      time(one.from),
      time(one.until),
      time(one.revokedAt),
    ]),
  ]);
}
