import {
  type ChangeWindow,
  dimensionSchema,
  normalisationSchema,
  parityRulesSchema,
  policySchema,
  type Policy,
  type PolicyView,
  presetPolicy,
} from '@tuesday/protocol';
import { type Command, Option } from 'commander';
import { does, group, leaf } from '../command.ts';
import { UsageFault } from '../failures.ts';
import { table } from '../output.ts';
import { readYamlFile } from '../yaml-file.ts';

export function policyGroup(): Command {
  return group('policy', 'The rules: when stages may open, who watches, who consents', [
    viewCommand(),
    setCommand(),
  ]);
}

function viewCommand(): Command {
  return does<{ all?: boolean }>(
    leaf('view', 'The rules in force', ['policy view', 'policy view --all', 'policy view --json']).option(
      '--all',
      'every holiday and freeze of the next two years',
    ),
    async ({ client, flags, show }) =>
      show(await client().call('viewPolicy'), (view: PolicyView) => describe(view, flags.all === true)),
  );
}

interface SetFlags {
  file?: string;
  preset?: 'golden-rule' | 'chapter-plan';
  zone?: string;
  country?: string;
  region?: string;
  because: string;
}

function setCommand(): Command {
  return does<SetFlags>(
    leaf('set', 'Replace the rules; loosening them needs a second person', [
      'policy set --file policy.yaml --because "winter hours"',
      'policy set --preset golden-rule --zone Europe/Berlin --country DE --region BY --because "as agreed"',
    ])
      .option(
        '--file <file>',
        'YAML: calendar, holidays, deviceHours, watch, parity, approvals, codes, breakGlass',
      )
      .addOption(
        new Option('--preset <preset>', 'rules of a preset, instead of a file')
          .choices(['golden-rule', 'chapter-plan'])
          .conflicts('file'),
      )
      .option('--zone <zone>', 'IANA zone of the preset; the fleet’s when left out')
      .option('--country <code>', 'public holidays of this country are closed, for instance US')
      .option('--region <code>', 'and of this region in it')
      .requiredOption('--because <sentence>', 'why; kept in the audit log'),
    async ({ client, flags, show }) => {
      const policy = await policyOf(flags, async () => (await client().call('viewPolicy')).policy);
      const { because } = flags;
      const { approval } = await client().call('setPolicy', { body: { policy, because } });
      const view = await client().call('viewPolicy');
      show({ ...view, approval }, (set) =>
        approval === null
          ? describe(set, false)
          : `These rules are looser, so a second person must consent: tuesday approval view ${approval}\nIn force until then:\n${describe(set, false)}`,
      );
    },
  );
}

async function policyOf(flags: SetFlags, current: () => Promise<Policy>): Promise<Policy> {
  const { file, preset, country, region } = flags;
  if (file !== undefined)
    return readYamlFile(file, policySchema, [
      { at: [], keys: Object.keys(policySchema.shape) },
      { at: ['parity'], keys: Object.keys(parityRulesSchema.shape) },
      { at: ['parity', 'dimensions', '*'], keys: Object.keys(dimensionSchema.shape) },
      { at: ['parity', 'dimensions', '*', 'normalise'], keys: Object.keys(normalisationSchema.shape) },
    ]);
  if (preset === undefined) throw new UsageFault('give --file or --preset');
  const zone = flags.zone ?? (await current()).calendar.zone;
  if (country === undefined) return presetPolicy(preset, zone);
  return presetPolicy(preset, zone, { country, ...(region === undefined ? {} : { region }) });
}

/** Freezes that are shown unless all are asked for. */
const NEXT_FREEZES = 8;

function describe({ policy, calendar }: PolicyView, all: boolean): string {
  const { deviceHours, holidays, watch, approvals, breakGlass, codes } = policy;
  const windows = (word: string, list: readonly ChangeWindow[]) =>
    list.map(({ days, from, to }) => [word, days.join(', '), `${from}–${to}`]);
  const freezes = (all ? calendar.freezes : calendar.freezes.slice(0, NEXT_FREEZES)).map((freeze) => [
    freeze.kind === 'holiday' ? 'holiday' : 'frozen',
    freeze.name,
    `${freeze.from}–${freeze.to}`,
  ]);
  const left = calendar.freezes.length - freezes.length;
  const rows = [
    ['preset', policy.preset],
    ['zone', calendar.zone],
    ...windows('open', calendar.windows),
    ...(calendar.windows.length === 0 ? [['open', 'never']] : []),
    ...windows('last stage', calendar.lastStageWindows ?? []),
    ['holidays', holidays ? `${holidays.country} ${holidays.region ?? ''}`.trim() : 'open'],
    ...freezes,
    ...(left > 0 ? [['', `and ${left} more (--all)`]] : []),
    ['devices', deviceHours ? `${deviceHours.from}–${deviceHours.to} by their own clock` : 'at any hour'],
    [
      'watch',
      watch.required
        ? `first ${watch.firstHours} of a soak and ${watch.atGate} at its gate${watch.acknowledged ? ', acknowledged' : ''}`
        : 'nobody has to watch',
    ],
    ['parity', parityWords(policy.parity)],
    ['consents', `${approvals.needed} beside the author’s`],
    [
      'codes',
      `an undocumented one calls people at ${codes.pageAfter} devices; owner ${codes.owner ?? 'nobody'}; support page ${codes.supportPage ? 'open' : 'closed'}`,
    ],
    ['glass', `lasts ${breakGlass.lasts}, reviewed within ${breakGlass.reviewWithin}`],
  ];
  return table(rows);
}

function parityWords({ dimensions, maxUntested, maxAge, soak }: Policy['parity']): string {
  if (dimensions.length === 0) return 'nobody asks where a release was tested';
  const names = dimensions.map(({ name }) => name).join(', ');
  return `by ${names}; at most ${maxUntested * 100} % untested, results count for ${maxAge}, ${soak} of staging`;
}
