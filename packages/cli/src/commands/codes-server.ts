/** `codes list`, `codes view` and `codes document`: the catalogue of the fleet. */
import { codeStateSchema, type CodeState, type Severity, severitySchema } from '@tuesday/protocol';
import { type Command, Option } from 'commander';
import { describeCode, describeList } from '../codes/catalogue.ts';
import { does, leaf } from '../command.ts';
import { wholeNumber } from '../flag-values.ts';

export function catalogueCommands(): Command[] {
  return [list(), view(), document()];
}

interface ListFlags {
  state?: CodeState;
  severity?: Severity;
  search?: string;
  after?: string;
  limit?: number;
}

function list(): Command {
  return does<ListFlags>(
    leaf('list', 'Every code of every release, and those that none documents', [
      'codes list',
      'codes list --state stub',
      'codes list --search network --severity critical',
    ])
      .addOption(
        new Option('--state <state>', 'documented by a release, written by a person, or a stub').choices(
          codeStateSchema.options,
        ),
      )
      .addOption(new Option('--severity <severity>', 'how bad').choices(severitySchema.options))
      .option('--search <text>', 'what stands in code, title or meaning')
      .option('--after <code>', 'go on after this code')
      .option('--limit <number>', 'most codes', wholeNumber),
    async ({ client, flags, show }) => {
      const { state, severity, search, after, limit } = flags;
      show(
        await client().call('listCodes', { query: { state, severity, search, after, limit } }),
        describeList,
      );
    },
  );
}

function view(): Command {
  return does(
    leaf('view <code>', 'One code: what each release said, and where it was seen first', ['codes view 0x45']),
    async ({ client, show }, code = '') => {
      show(await client().call('viewCode', { params: { code } }), describeCode);
    },
  );
}

interface DocumentFlags {
  title: string;
  meaning: string;
  customer?: string;
  severity?: Severity;
  failsHealth?: 'yes' | 'no';
  because: string;
}

function document(): Command {
  return does<DocumentFlags>(
    leaf('document <code>', 'Write down what a code means, until a release documents it', [
      'codes document 0x77 --title "Valve stuck" --meaning "The valve does not move." --customer "Call us." --severity critical --because "seen on two devices"',
    ])
      .requiredOption('--title <words>', 'a few words')
      .requiredOption('--meaning <sentences>', 'what it means, for support')
      .option('--customer <sentences>', 'what the customer can do')
      .addOption(new Option('--severity <severity>', 'how bad').choices(severitySchema.options))
      .addOption(
        new Option('--fails-health <answer>', 'whether a device that raises it is unhealthy').choices([
          'yes',
          'no',
        ]),
      )
      .requiredOption('--because <sentence>', 'why; kept in the audit log'),
    async ({ client, flags, show }, code = '') => {
      const { title, meaning, customer, severity, failsHealth, because } = flags;
      const body = {
        title,
        meaning,
        ...(customer === undefined ? {} : { customer }),
        ...(severity === undefined ? {} : { severity }),
        ...(failsHealth === undefined ? {} : { failsHealth: failsHealth === 'yes' }),
        because,
      };
      show(await client().call('documentCode', { params: { code }, body }), describeCode);
    },
  );
}
