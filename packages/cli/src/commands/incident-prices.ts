/** What things cost this fleet when a release goes wrong. */
import type { Prices, PricesView } from '@tuesday/protocol';
import type { Command } from 'commander';
import { does, group, leaf } from '../command.ts';
import { UsageFault } from '../failures.ts';
import { table } from '../output.ts';

export function pricesGroup(): Command {
  return group('prices', 'What things cost this fleet when a release goes wrong', [view(), set()]);
}

/** Flag, name in the list, and what it is. */
const ENTRIES = [
  ['ticket', 'perTicket', 'answering one ticket'],
  ['visit', 'perVisit', 'a technician’s visit'],
  ['replacements', 'replacementsPerVisit', 'replaced devices, spread over all visits'],
  ['reconnects', 'perMillionReconnects', 'a million reconnects'],
  ['goodwill', 'goodwillPerHarmed', 'goodwill for one device that went wrong'],
  ['tickets-per-device', 'ticketsPerHarmed', 'tickets that one such device leads to'],
] as const satisfies ReadonlyArray<readonly [string, keyof Prices, string]>;

function view(): Command {
  return does(
    leaf('view', 'The price list, and where it comes from', ['incident prices view']),
    async ({ client, show }) => show(await client().call('viewPrices'), describe),
  );
}

type SetFlags = Record<string, string | undefined> & { currency?: string; because: string };

function set(): Command {
  const command = leaf('set', 'Change some prices; the others stay', [
    'incident prices set --currency EUR --visit 180 --because "contract of 2026"',
    'incident prices set --goodwill 0 --because "we pay none"',
  ])
    .option('--currency <code>', 'three capital letters, for instance EUR')
    .requiredOption('--because <sentence>', 'why; kept in the audit log');
  for (const [flag, , what] of ENTRIES) command.option(`--${flag} <number>`, what);
  return does<SetFlags>(command, async ({ client, flags, show }) => {
    const { prices: before } = await client().call('viewPrices');
    const prices: Prices = {
      ...before,
      ...(flags.currency === undefined ? {} : { currency: flags.currency }),
    };
    for (const [flag, name] of ENTRIES) {
      const given = flags[camel(flag)];
      if (given !== undefined) prices[name] = price(flag, given);
    }
    const body = { prices, because: flags.because };
    show(await client().call('setPrices', { body }), describe);
  });
}

const camel = (flag: string) => flag.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

function price(flag: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value))
    throw new UsageFault(`--${flag}: ${text} is not a number`);
  return value;
}

function describe({ prices, source }: PricesView): string {
  const amounts = ENTRIES.map(([flag, name, what]) => [
    flag,
    String(Math.round(prices[name] * 100) / 100),
    flag === 'tickets-per-device' ? 'tickets' : prices.currency,
    what,
  ]);
  return `${source}\n${table([['price', 'amount', 'of', 'for'], ...amounts])}`;
}
