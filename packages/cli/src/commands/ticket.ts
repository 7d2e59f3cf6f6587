/** Tickets of the help desk: evidence, when they name a device, and a signal when one code piles up. */
import type { TicketListView } from '@tuesday/protocol';
import type { Command } from 'commander';
import { does, group, leaf } from '../command.ts';
import { table, time } from '../output.ts';

export function ticketGroup(): Command {
  return group('ticket', 'Tickets of the help desk, by error code', [add(), list()]);
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

function list(): Command {
  return does(
    leaf('list', 'The newest tickets, and how many each code has', ['ticket list']),
    async ({ client, show }) => {
      show(await client().call('listTickets'), describe);
    },
  );
}

function describe({ tickets, codes }: TicketListView): string {
  return [
    table([
      ['code', 'last 24 h', 'day before', 'documented'],
      ...codes.map((code) => [
        code.code,
        String(code.lastDay),
        String(code.dayBefore),
        code.documented ? 'yes' : 'no',
      ]),
    ]),
    '',
    table([
      ['ticket', 'code', 'device', 'at'],
      ...tickets.map((ticket) => [ticket.ticket, ticket.code, ticket.device ?? '–', time(ticket.at)]),
    ]),
  ].join('\n');
}
