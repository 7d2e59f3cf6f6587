/** Tickets of the help desk: evidence, when they name a device, and a signal when one code piles up. */
import { readFile } from 'node:fs/promises';
import type { ImportQuery, ImportView, TicketListView } from '@tuesday/protocol';
import { type Command, Option } from 'commander';
import { does, group, leaf } from '../command.ts';
import { UsageFault } from '../failures.ts';
import { table, time } from '../output.ts';
import { ticketHookGroup } from './ticket-hook.ts';

export function ticketGroup(): Command {
  return group('ticket', 'Tickets of the help desk, by error code', [
    add(),
    list(),
    importCommand(),
    ticketHookGroup(),
  ]);
}

function add(): Command {
  return does<{ code: string; device?: string }>(
    leaf('add <ticket>', 'Tell of one ticket; the same number again changes nothing', [
      'ticket add 4711 --code 0x45',
      'ticket add 4711 --code 0x45 --device th-000123',
    ])
      .requiredOption('--code <code>', 'error code, for instance 0x45')
      .option('--device <device>', 'the device that it is about, if it is known'),
    async ({ client, flags, show }, ticket) => {
      const one = {
        ticket,
        code: flags.code,
        ...(flags.device === undefined ? {} : { device: flags.device }),
      };
      show(await client().call('addTickets', { body: { tickets: [one] } }), describe);
    },
  );
}

type ImportFlags = { [K in Exclude<keyof ImportQuery, 'delimiter'>]?: string } & { delimiter?: string };

const DELIMITERS = { comma: ',', semicolon: ';', tab: '\t', bar: '|' } as const;

function importCommand(): Command {
  return does<ImportFlags>(
    leaf('import <file>', 'Tickets of a CSV file, all or none; repeating it changes nothing', [
      'ticket import tickets.csv',
      'ticket import export.csv --ticket "Ticket ID" --at "Created time" --zone Europe/Berlin --text Subject,Tags',
    ])
      .option('--ticket <column>', 'the number of the ticket (else a usual name)')
      .option('--code <column>', 'the error code (else a usual name)')
      .option('--text <columns>', 'where codes are looked for, separated by commas (else subject, tags, …)')
      .option('--device <column>', 'the device (else a usual name)')
      .option('--customer <column>', 'whoever wrote (else a usual name)')
      .option('--at <column>', 'when they wrote (else a usual name)')
      .option('--zone <zone>', 'IANA zone of times that say none')
      .option('--prefix <text>', 'in front of each number, so that two help desks do not share them')
      .addOption(
        new Option('--delimiter <name>', 'between the columns')
          .choices(Object.keys(DELIMITERS))
          .default('comma'),
      ),
    async ({ client, flags, show }, file = '') => {
      const body = await readFile(file).catch((cause: unknown) => {
        throw new UsageFault(`${file}: cannot be read: ${(cause as Error).message}`);
      });
      const { ticket, code, text, device, customer, at, zone, prefix, delimiter = 'comma' } = flags;
      const columns = { ticket, code, text, device, customer, at, zone, prefix };
      const query = { ...columns, delimiter: DELIMITERS[delimiter as keyof typeof DELIMITERS] };
      show(await client().call('importTickets', { query, body }), describeImport);
    },
  );
}

function describeImport({ lines, added, known, withoutCode, codes }: ImportView): string {
  return [
    `${lines} tickets: ${added} new, ${known} known before; ${withoutCode} without a code`,
    table([['code', 'tickets'], ...codes.map(({ code, tickets }) => [code, String(tickets)])]),
  ].join('\n');
}

function list(): Command {
  return does(
    leaf('list', 'The newest tickets, and how many each code has', ['ticket list']),
    async ({ client, show }) => {
      show(await client().call('listTickets'), describe);
    },
  );
}

function describe({ tickets, codes, withoutCode }: TicketListView): string {
  return [
    table([
      ['code', 'last 24 h', 'day before', 'documented'],
      ...codes.map((code) => [
        code.code,
        String(code.lastDay),
        String(code.dayBefore),
        code.documented ? 'yes' : 'no',
      ]),
      ['no code', String(withoutCode.lastDay), String(withoutCode.dayBefore), '–'],
    ]),
    '',
    table([
      ['ticket', 'code', 'device', 'at'],
      ...tickets.map((ticket) => [ticket.ticket, ticket.code ?? '–', ticket.device ?? '–', time(ticket.at)]),
    ]),
  ].join('\n');
}
