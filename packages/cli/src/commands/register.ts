/** The address register: where devices stand and whom to call, for technicians. */
import { readFile } from 'node:fs/promises';
import type { RegisterImportView, RegisterView, RouteAnswer } from '@tuesday/protocol';
import { type Command, Option } from 'commander';
import { does, group, leaf } from '../command.ts';
import { UsageFault } from '../failures.ts';
import { severalFlag, wholeNumber } from '../flag-values.ts';
import { table, time } from '../output.ts';

export function registerGroup(): Command {
  return group('register', 'Where devices stand and whom to call: personal data, read by few and logged', [
    view(),
    list(),
    importCommand(),
    deleteCommand(),
  ]);
}

function view(): Command {
  return does(
    leaf('view', 'How many addresses there are; none of them is shown', ['register view']),
    async ({ client, show }) => show(await client().call('viewRegister'), describe),
  );
}

function list(): Command {
  return does<{ after?: string; limit?: number }>(
    leaf('list', 'Addresses; that you read them stands in the audit log', [
      'register list',
      'register list --after th-000100',
    ])
      .option('--after <device>', 'devices after this one')
      .option('--limit <number>', 'how many at most', wholeNumber),
    async ({ client, flags: { after, limit }, show }) => {
      const given = Object.entries({ after, limit }).filter(([, value]) => value !== undefined);
      show(await client().call('listRegister', { query: Object.fromEntries(given) }), describeList);
    },
  );
}

const DELIMITERS = { comma: ',', semicolon: ';', tab: '\t', bar: '|' } as const;

interface ImportFlags {
  because: string;
  replace?: boolean;
  delimiter: keyof typeof DELIMITERS;
}

function importCommand(): Command {
  return does<ImportFlags>(
    leaf('import <file>', 'Addresses of a CSV file with device, customer, address, contact; all or none', [
      'register import customers.csv --because "from the CRM, November"',
      'register import customers.csv --replace --because "all of them anew"',
    ])
      .option('--replace', 'delete what the file does not have')
      .addOption(
        new Option('--delimiter <name>', 'between the columns')
          .choices(Object.keys(DELIMITERS))
          .default('comma'),
      )
      .requiredOption('--because <sentence>', 'why; kept in the audit log'),
    async ({ client, flags, show }, file = '') => {
      const body = await readFile(file).catch((cause: unknown) => {
        throw new UsageFault(`${file}: cannot be read: ${(cause as Error).message}`);
      });
      const mode = flags.replace === true ? 'replace' : 'add';
      const query = { because: flags.because, delimiter: DELIMITERS[flags.delimiter], mode } as const;
      show(await client().call('importRegister', { query, body }), describeImport);
    },
  );
}

interface DeleteFlags {
  device?: string[];
  all?: boolean;
  because: string;
}

function deleteCommand(): Command {
  return does<DeleteFlags>(
    leaf('delete', 'Delete the addresses of some devices, or all', [
      'register delete --device th-000123 --because "the customer has asked for it"',
      'register delete --all --because "the fleet is sold"',
    ])
      .option('--device <device>', 'whose; may be given several times', severalFlag)
      .option('--all', 'all of the register')
      .requiredOption('--because <sentence>', 'why; kept in the audit log'),
    async ({ client, flags: { device, all, because }, show }) => {
      if ((device === undefined) === (all !== true)) throw new UsageFault('use one of --device and --all');
      const body = { devices: device ?? null, because };
      const done = await client().call('deleteRegister', { body });
      show(done, ({ deleted, register }) => `${deleted} deleted\n${describe(register)}`);
    },
  );
}

function describe({ entries, unknown, importedAt }: RegisterView): string {
  if (entries === 0) return 'The register is empty: tuesday register import <file> --because "…" fills it.';
  const strange = unknown === 0 ? '' : `, ${unknown} of them of devices that never enrolled here`;
  return `${entries} addresses${strange}; last import ${time(importedAt)}`;
}

function describeImport({ lines, added, changed, deleted, register }: RegisterImportView): string {
  return `${lines} lines: ${added} new, ${changed} changed, ${deleted} deleted\n${describe(register)}`;
}

function describeList({ entries, next }: RouteAnswer<'listRegister'>): string {
  const rows = entries.map((one) => [one.device, one.customer ?? '–', one.address, one.contact ?? '–']);
  const more = next === null ? '' : `\nmore: the same with --after ${next}`;
  return table([['device', 'customer', 'address', 'contact'], ...rows]) + more;
}
