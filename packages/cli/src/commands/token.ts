import type { Role, RouteAnswer } from '@tuesday/protocol';
import type { Command } from 'commander';
import { does, group, leaf } from '../command.ts';
import { type FactorFlags, findFactor, withCode } from '../factor.ts';
import { wholeNumber } from '../flag-values.ts';
import { rolesFlag } from '../grants-flag.ts';
import { say, table, time } from '../output.ts';

export function tokenGroup(): Command {
  return group('token', 'API tokens, for programs', [
    does<FactorFlags & { roles: Role[]; fleet: string; days: number }>(
      withCode(
        leaf('create <label>', 'A token with roles and an expiry; its secret is shown once', [
          'token create ci --roles operator --days 30',
          'token create dashboard --roles viewer --fleet lab --json',
        ])
          .requiredOption('--roles <roles>', 'never more than you have', rolesFlag)
          .option('--fleet <fleet>', 'where it may do so', 'main')
          .option('--days <number>', 'until it expires', wholeNumber, 90),
      ),
      async ({ client, flags, show }, label = '') => {
        const { roles, fleet, days } = flags;
        const body = { label, roles, fleet, days, factor: await findFactor(flags) };
        show(await client().call('createToken', { body }), ({ token, secret }) => {
          say(`${token.token} for ${fleet}, until ${time(token.expiresAt)}; the secret is not shown again:`);
          return secret;
        });
      },
    ),
    does(
      leaf('list', 'API tokens of the fleet', ['token list', 'token list --json']),
      async ({ client, show }) => show(await client().call('listTokens'), describe),
    ),
    does(
      leaf('revoke <token>', 'End a token: your own, or any as an admin', ['token revoke t-Ab3dE6gH9jKl']),
      async ({ client, show }, token = '') => {
        await client().call('revokeToken', { params: { token } });
        show({ token }, () => `ended ${token}`);
      },
    ),
  ]);
}

function describe({ tokens }: RouteAnswer<'listTokens'>): string {
  const rows = tokens.map((one) => [
    one.token,
    one.label,
    one.madeBy ?? '–',
    one.roles.join(', '),
    time(one.expiresAt),
    time(one.lastUsedAt),
  ]);
  return table([['token', 'label', 'made by', 'roles', 'until', 'last used'], ...rows]);
}
