import type { Grants, PersonView, RouteAnswer } from '@tuesday/protocol';
import type { Command } from 'commander';
import { does, group, leaf } from '../command.ts';
import { type FactorFlags, findFactor, withCode } from '../factor.ts';
import { grantFlag, grantWords } from '../grants-flag.ts';
import { table, time } from '../output.ts';

interface Why {
  because: string;
}

export function peopleGroup(): Command {
  return group('people', 'Who may do what', [list(), invite(), inviteAgain(), roles(), disable(), enable()]);
}

function list(): Command {
  return does(
    leaf('list', 'People of the organisation and their roles', ['people list', 'people list --json']),
    async ({ client, show }) =>
      show(await client().call('listPeople'), ({ people }) => {
        const rows = people.map((one) => [
          one.name,
          one.display,
          one.state,
          grantWords(one.roles),
          one.factors.join(', ') || '–',
        ]);
        return table([['name', 'display', 'state', 'roles', 'factors'], ...rows]);
      }),
  );
}

function invite(): Command {
  return does<FactorFlags & { display?: string; email?: string; role?: Grants }>(
    withCode(
      leaf('invite <name>', 'Invite a person; the link is shown once', [
        'people invite bob --display "Bob B." --email bob@example.com --role main=operator,approver',
      ])
        .option('--display <words>', 'how the person is shown (else the name)')
        .option('--email <address>', 'links the account of the sign-in provider')
        .option('--role <fleet=roles>', 'roles in a fleet; repeatable', grantFlag),
    ),
    async ({ client, session, flags, show }, name = '') => {
      const { display = name, email, role = {} } = flags;
      const factor = await findFactor(flags);
      const body = { name, display, email, roles: role, factor };
      show(await client().call('invitePerson', { body }), (view) => describeInvited(view, session().server));
    },
  );
}

function inviteAgain(): Command {
  return does<FactorFlags & Why>(
    because(
      leaf('invite-again <name>', 'A new link for a person who has lost every way in', [
        'people invite-again bob --because "lost phone and laptop"',
      ]),
    ),
    async ({ client, session, flags, show }, person = '') => {
      const body = { because: flags.because, factor: await findFactor(flags) };
      const view = await client().call('inviteAgain', { params: { person }, body });
      show(view, () => describeInvited(view, session().server));
    },
  );
}

function roles(): Command {
  return does<FactorFlags & Why & { role?: Grants }>(
    because(
      leaf('roles <name>', 'Replace the roles of a person, in all fleets', [
        'people roles bob --role main=operator --role lab=admin --because "moves to the lab"',
        'people roles bob --because "left the team"',
      ]),
    ).option('--role <fleet=roles>', 'roles in a fleet; repeatable; none at all when left out', grantFlag),
    async ({ client, flags, show }, person = '') => {
      const factor = await findFactor(flags);
      const body = { roles: flags.role ?? {}, because: flags.because, factor };
      show(await client().call('setRoles', { params: { person }, body }), describe);
    },
  );
}

function disable(): Command {
  return does<Why>(
    leaf('disable <name>', 'End all sessions and tokens of a person and let them in no more', [
      'people disable bob --because "left the company"',
    ]).requiredOption('--because <sentence>', 'why; kept in the audit log'),
    async ({ client, flags, show }, person = '') => {
      const body = { because: flags.because };
      show(await client().call('disablePerson', { params: { person }, body }), describe);
    },
  );
}

function enable(): Command {
  return does<FactorFlags & Why>(
    because(
      leaf('enable <name>', 'Let a disabled person in again', ['people enable bob --because "is back"']),
    ),
    async ({ client, flags, show }, person = '') => {
      const body = { because: flags.because, factor: await findFactor(flags) };
      show(await client().call('enablePerson', { params: { person }, body }), describe);
    },
  );
}

function because(command: Command): Command {
  return withCode(command).requiredOption('--because <sentence>', 'why; kept in the audit log');
}

function describe(view: PersonView): string {
  return table([
    ['name', view.name],
    ['display', view.display],
    ['e-mail', view.email ?? '–'],
    ['state', view.state],
    ['roles', grantWords(view.roles)],
    ['factors', view.factors.join(', ') || '–'],
  ]);
}

function describeInvited(view: RouteAnswer<'invitePerson'>, server: string): string {
  return [
    `${view.person.display} opens this link until ${time(view.expiresAt)}; it works once and is not shown again:`,
    `  ${server.replace('//127.0.0.1', '//localhost')}${view.path}`,
  ].join('\n');
}
