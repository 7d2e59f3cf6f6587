import type { Command } from 'commander';
import { does, group, leaf } from '../command.ts';
import { say, table, time } from '../output.ts';

interface NewOrganisation {
  name: string;
  firstFleet: string;
  admin: string;
  adminName: string;
  adminEmail?: string;
}

export function organisationGroup(): Command {
  return group('organisation', 'Who shares this installation, kept apart (needs the first token)', [
    list(),
    create(),
  ]);
}

function list(): Command {
  return does(
    leaf('list', 'Every organisation of this installation', [
      'organisation list',
      'organisation list --json',
    ]),
    async ({ client, show }) => {
      show(await client().call('listOrganisations'), ({ organisations }) => {
        const rows = organisations.map((one) => [
          one.organisation,
          one.name,
          one.fleets.join(', '),
          time(one.createdAt),
        ]);
        return table([['organisation', 'name', 'fleets', 'since'], ...rows]);
      });
    },
  );
}

function create(): Command {
  return does<NewOrganisation>(
    leaf(
      'create <organisation>',
      'A new organisation with its first fleet and admin; the link is shown once',
      ['organisation create acme --name "Acme" --first-fleet acme --admin vera --admin-name "Vera Lind"'],
    )
      .requiredOption('--name <name>', 'what people call it')
      .requiredOption('--first-fleet <fleet>', 'name of its first fleet')
      .requiredOption('--admin <person>', 'name that its admin signs in with')
      .requiredOption('--admin-name <name>', 'what people call the admin')
      .option('--admin-email <address>', 'where the admin can be reached'),
    async ({ client, session, flags, show }, organisation = '') => {
      const { name, firstFleet: fleet, admin, adminName: display, adminEmail: email } = flags;
      const body = { organisation, name, fleet, admin: { name: admin, display, email } };
      const invited = await client().call('createOrganisation', { body });
      if (!flags.json) say(`Good until ${time(invited.expiresAt)}, for ${invited.person.display}:`);
      show(invited, ({ path }) => `${session().server}${path}`);
    },
  );
}
