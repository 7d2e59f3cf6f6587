/** `ticket hook`: help desks that send their tickets by themselves. */
import { readFile } from 'node:fs/promises';
import {
  type HookFields,
  hookFieldsSchema,
  type RouteAnswer,
  type TicketDesk,
  ticketDeskSchema,
  type TicketHookView,
} from '@tuesday/protocol';
import { Argument, type Command, InvalidArgumentError } from 'commander';
import { does, group, leaf } from '../command.ts';
import { UsageFault } from '../failures.ts';
import { table, time } from '../output.ts';

export function ticketHookGroup(): Command {
  return group('hook', 'Help desks that send their tickets', [add(), list(), secret(), remove()]);
}

interface AddFlags {
  name?: string;
  prefix?: string;
  secretFile?: string;
  field: HookFields;
}

function add(): Command {
  const command = leaf('add', 'An address for a help desk to send tickets to', [
    'ticket hook add zendesk',
    'ticket hook add freshdesk --name garden --prefix garden-',
    'ticket hook add zendesk --field ticket=detail.id --field text=detail.subject,detail.description',
  ])
    .addArgument(new Argument('<desk>', 'which help desk').choices(ticketDeskSchema.options))
    .option('--name <words>', 'how the hook is called (else as the help desk)')
    .option('--prefix <text>', 'in front of each ticket’s number, so that two help desks do not share them')
    .option('--secret-file <file>', 'the secret of the help desk, on one line')
    .option('--field <name=path>', 'where in a message what stands; repeatable', fieldFlag, {});
  return does<AddFlags>(command, async ({ client, session, flags, show }, desk = '') => {
    const { name = desk, prefix, field } = flags;
    const given = flags.secretFile === undefined ? {} : { secret: await readSecret(flags.secretFile) };
    const body = {
      name,
      desk: desk as TicketDesk,
      fields: field,
      ...(prefix === undefined ? {} : { prefix }),
      ...given,
    };
    show(await client().call('addTicketHook', { body }), (made) => describeMade(made, session().server));
  });
}

function list(): Command {
  return does(
    leaf('list', 'Hooks, and how many tickets each has brought', ['ticket hook list']),
    async ({ client, show }) =>
      show(await client().call('listTicketHooks'), ({ hooks }) =>
        table([
          ['hook', 'name', 'desk', 'secret', 'tickets', 'last heard'],
          ...hooks.map((one) => [
            one.hook,
            one.name,
            one.desk,
            one.hasSecret ? 'set' : 'MISSING',
            String(one.tickets),
            time(one.lastHeardAt),
          ]),
        ]),
      ),
  );
}

function secret(): Command {
  return does<{ secretFile: string }>(
    leaf('secret <hook>', 'The secret that the help desk signs with', [
      'ticket hook secret h-1 --secret-file zendesk.secret',
    ]).requiredOption('--secret-file <file>', 'the secret, on one line'),
    async ({ client, flags, show }, hook = '') => {
      const body = { secret: await readSecret(flags.secretFile) };
      show(await client().call('setTicketHookSecret', { params: { hook }, body }), describe);
    },
  );
}

function remove(): Command {
  return does(
    leaf('remove <hook>', 'Believe it no more; its tickets stay', ['ticket hook remove h-1']),
    async ({ client, show }, hook = '') =>
      show(await client().call('removeTicketHook', { params: { hook } }), () => `${hook} is removed`),
  );
}

async function readSecret(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new UsageFault(`${file}: cannot be read: ${(cause as Error).message}`);
  });
  return text.trim();
}

/** `text=subject,tags` is a list; the others are one path. */
function fieldFlag(text: string, before: HookFields): HookFields {
  const [name = '', path = ''] = text.split(/=(.*)/s);
  const value = name === 'text' ? path.split(',').map((one) => one.trim()) : path;
  const known = Object.keys(hookFieldsSchema.shape);
  if (!known.includes(name) || !hookFieldsSchema.safeParse({ [name]: value }).success)
    throw new InvalidArgumentError(
      `must read name=path with a name of ${known.join(', ')}, for instance ticket=detail.id`,
    );
  return { ...before, [name]: value };
}

function describe(hook: TicketHookView): string {
  return table([
    ['hook', hook.hook],
    ['name', hook.name],
    ['desk', hook.desk],
    ['secret', hook.hasSecret ? 'set' : 'missing'],
  ]);
}

function describeMade({ hook, secret: made }: RouteAnswer<'addTicketHook'>, server: string): string {
  const steps =
    hook.desk === 'zendesk'
      ? [
          'Zendesk shows the signing secret of a webhook once it has this address. Tell us:',
          `  tuesday ticket hook secret ${hook.hook} --secret-file <file>`,
        ]
      : ['The rule sends it in the header x-tuesday-secret.'];
  return [
    describe(hook),
    '',
    `The help desk sends to ${server}${hook.path}`,
    ...(made === null ? [] : [`with this secret, which is not shown again: ${made}`]),
    ...(hook.hasSecret && hook.desk === 'zendesk' ? [] : steps),
  ].join('\n');
}
