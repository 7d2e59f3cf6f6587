/** Where notices go. Addresses and keys of services are secrets, so they come from a file or from stdin. */
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { type ChannelRequest, type ChannelView, noticeKindSchema } from '@tuesday/protocol';
import type { Command } from 'commander';
import { does, group, leaf } from '../command.ts';
import { EndsWith, UsageFault } from '../failures.ts';
import { EXIT } from '../exit-codes.ts';
import { table, time } from '../output.ts';

export function notifyGroup(): Command {
  return group('notify', 'Where notices go', [list(), add(), remove(), test()]);
}

function list(): Command {
  return does(leaf('list', 'Notice channels, and how the last ones fared', ['notify list']), async (run) => {
    run.show(await run.client().call('listChannels'), ({ channels }) => describe(channels));
  });
}

type By = ChannelRequest['to']['by'];
const SERVICES: readonly By[] = ['email', 'slack', 'teams', 'webhook', 'pagerduty', 'opsgenie'];

interface AddFlags {
  by: string;
  to?: string[];
  url?: string;
  secretFile?: string;
  kinds?: string[];
}

function add(): Command {
  return does<AddFlags>(
    leaf('add <name>', 'A further place; the signing secret of a webhook is shown once', [
      'notify add team --by email --to alice@example.com bob@example.com',
      'notify add chat --by slack --secret-file slack-url.txt',
      'notify add hook --by webhook --url https://example.com/hook --kinds halted halt-unacknowledged',
      'notify add pager --by pagerduty --secret-file routing-key.txt',
    ])
      .requiredOption('--by <service>', SERVICES.join(', '))
      .option('--to <addresses...>', 'of e-mail')
      .option('--url <url>', 'of a webhook; of a pager service only where it is not the usual one')
      .option(
        '--secret-file <file>',
        'the address that Slack or Teams gave, or the key of a pager; - is stdin',
      )
      .option(
        '--kinds <kinds...>',
        `only these; everything when left out: ${noticeKindSchema.options.join(', ')}`,
      ),
    async ({ client, flags, show }, name) => {
      const body = { name, kinds: (flags.kinds ?? []) as never[], to: await targetOf(flags) };
      show(await client().call('addChannel', { body: body as never }), ({ channel, secret }) =>
        secret === null ? channel.channel : `${channel.channel}\nsigning secret, shown once: ${secret}`,
      );
    },
  );
}

/** The server says what does not fit. */
async function targetOf(flags: AddFlags): Promise<object> {
  const { by, to = [], url } = flags;
  const where = url === undefined ? {} : { url };
  switch (by as By) {
    case 'email':
      return { by, addresses: to };
    case 'slack':
    case 'teams':
      return { by, url: url ?? (await secretOf(flags)) };
    case 'webhook':
      return { by, ...where };
    case 'pagerduty':
      return { by, ...where, routingKey: await secretOf(flags) };
    case 'opsgenie':
      return { by, ...where, apiKey: await secretOf(flags) };
    default:
      throw new UsageFault(`--by: must be one of ${SERVICES.join(', ')}`);
  }
}

async function secretOf({ by, secretFile }: AddFlags): Promise<string> {
  if (secretFile === undefined) throw new UsageFault(`--secret-file: ${by} needs it`);
  const read = secretFile === '-' ? text(process.stdin) : readFile(secretFile, 'utf8');
  const secret = await read.catch((cause: unknown) => {
    throw new UsageFault(`${secretFile}: cannot be read: ${(cause as Error).message}`);
  });
  return secret.trim();
}

function remove(): Command {
  return does(
    leaf('remove <channel>', 'Send there no more; what waits for it is dropped', ['notify remove n-4f9a']),
    async ({ client, show }, channel) => {
      show(await client().call('removeChannel', { params: { channel } }), () => 'removed');
    },
  );
}

function test(): Command {
  return does(
    leaf('test <channel>', 'Send a test there now and say how it went', ['notify test n-4f9a']),
    async ({ client, show }, channel) => {
      const said = await client().call('testChannel', { params: { channel } });
      show(said, ({ because }) => because);
      if (!said.delivered) throw new EndsWith(EXIT.error);
    },
  );
}

function describe(channels: readonly ChannelView[]): string {
  return table([
    ['channel', 'name', 'by', 'to', 'kinds', 'waiting', 'delivered', 'failure'],
    ...channels.map((one) => [
      one.channel,
      one.name,
      one.by,
      one.to,
      one.kinds.length === 0 ? 'everything' : one.kinds.join(', '),
      String(one.waiting),
      time(one.lastDeliveredAt),
      one.failure === null ? '–' : one.failure.because,
    ]),
  ]);
}
