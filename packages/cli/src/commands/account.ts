import type { AccountView, SessionListView } from '@tuesday/protocol';
import type { Command } from 'commander';
import { does, group, leaf } from '../command.ts';
import { type FactorFlags, findFactor, readFactor, readFirstCode, withCode } from '../factor.ts';
import { say, table, time } from '../output.ts';
import { readSecret } from '../secrets.ts';
import { describeCodes, saySecret } from './join.ts';

export function accountGroup(): Command {
  return group('account', 'Your own account: factors, password, sessions', [
    does(
      leaf('view', 'Who you are here, and what you may do', ['account view', 'account view --json']),
      async ({ client, show }) => show(await client().call('viewAccount'), describe),
    ),
    sessions(),
    revokeSession(),
    password(),
    totp(),
    recoveryCodes(),
    removePasskey(),
  ]);
}

function sessions(): Command {
  return does(
    leaf('sessions', 'Where you are signed in', ['account sessions', 'account sessions --json']),
    async ({ client, show }) => show(await client().call('listSessions'), describeSessions),
  );
}

function revokeSession(): Command {
  return does(
    leaf('revoke-session <session>', 'End one of your sessions', ['account revoke-session s-Ab3dE6gH9jKl']),
    async ({ client, show }, session = '') => {
      await client().call('revokeSession', { params: { session } });
      show({ session }, () => `ended ${session}`);
    },
  );
}

function password(): Command {
  return does<FactorFlags & { passwordFile?: string }>(
    withCode(
      leaf('password', 'Set or change your password; all other sessions end', [
        'account password',
        'account password --password-file new.txt --code 123456',
      ]).option(
        '--password-file <file>',
        'file with the new one (else TUESDAY_PASSWORD, else it is asked for)',
      ),
    ),
    async ({ client, flags, show }) => {
      const { passwordFile } = flags;
      const typed = await readSecret('New password', 'TUESDAY_PASSWORD', passwordFile, '--password-file');
      const factor = await readFactor(flags);
      show(await client().call('setPassword', { body: { password: typed, factor } }), describe);
    },
  );
}

function totp(): Command {
  return does<FactorFlags>(
    withCode(
      leaf('totp', 'Set up an authenticator app, or change to another one', [
        'account totp',
        'account totp --code 123456',
      ]),
    ),
    async ({ client, flags, show }) => {
      const to = client();
      const factor = await findFactor(flags);
      const { secret, url } = await to.call('beginTotp');
      saySecret(secret, url);
      const code = await readFirstCode();
      show(await to.call('setTotp', { body: { secret, code, factor } }), describe);
    },
  );
}

function recoveryCodes(): Command {
  return does<FactorFlags>(
    withCode(
      leaf('recovery-codes', 'New recovery codes; the old ones are worth nothing', [
        'account recovery-codes --code 123456',
      ]),
    ),
    async ({ client, flags, show }) => {
      const factor = await readFactor(flags);
      show(await client().call('newRecoveryCodes', { body: { factor } }), describeCodes);
      say('They are not shown again.');
    },
  );
}

function removePasskey(): Command {
  return does<FactorFlags>(
    withCode(
      leaf(
        'remove-passkey <passkey>',
        'Forget a passkey, for instance that of a lost phone; a browser adds them',
        ['account remove-passkey k-Ab3dE6gH9jKl --code 123456'],
      ),
    ),
    async ({ client, flags, show }, passkey = '') => {
      const factor = await readFactor(flags);
      show(await client().call('removePasskey', { params: { passkey }, body: { factor } }), describe);
    },
  );
}

function describe(view: AccountView): string {
  const fleets = view.fleets.map(({ fleet, roles }) => ['roles', `${fleet}: ${roles.join(', ') || 'none'}`]);
  const passkeys = view.passkeys.map(({ passkey, label, lastUsedAt }) => [
    'passkey',
    `${label}, used ${time(lastUsedAt)}: ${passkey}`,
  ]);
  return table([
    ['name', view.display === view.name ? view.name : `${view.name} (${view.display})`],
    ['e-mail', view.email ?? '–'],
    ['organisation', view.organisation],
    ...fleets,
    ['signed in by', view.via],
    ['factors', view.factors.join(', ') || 'none: approving is out of reach'],
    ...passkeys,
    ['password', view.hasPassword ? 'set' : 'none'],
    ['recovery codes', String(view.recoveryCodesLeft)],
  ]);
}

function describeSessions({ sessions: all }: SessionListView): string {
  const rows = all.map((one) => [
    one.session,
    time(one.createdAt),
    time(one.lastSeenAt),
    one.origin,
    one.factor ?? '–',
    `${one.agent.slice(0, 40)}${one.current ? ' (this one)' : ''}`,
  ]);
  return table([['session', 'since', 'last seen', 'from', 'factor', 'with'], ...rows]);
}
