/** `plan calendar`: which calendar a plan gets. The server works it out; nothing is created. */
import type { PlanCalendarView } from '@tuesday/protocol';
import { type Command, Option } from 'commander';
import { does, leaf } from '../command.ts';
import { table } from '../output.ts';
import { readPlanFile } from '../plan-file.ts';

interface Flags {
  plan: string;
  policy?: 'golden-rule' | 'chapter-plan';
  start?: string;
  zone?: string;
  country?: string;
  region?: string;
}

export function planCalendarCommand(): Command {
  return does<Flags>(
    leaf('calendar', 'When each stage of a plan would open, and a reason for every day that is passed over', [
      'plan calendar --plan plan.yaml',
      'plan calendar --plan plan.yaml --policy golden-rule --start 2026-11-20T17:30 --zone America/New_York --country US',
    ])
      .requiredOption('--plan <file>', 'plan file (YAML)')
      .addOption(
        new Option('--policy <preset>', 'rules of a preset instead of the fleet’s own').choices([
          'golden-rule',
          'chapter-plan',
        ]),
      )
      .option('--start <time>', 'on the wall of the zone, YYYY-MM-DDTHH:MM; now when left out')
      .option('--zone <zone>', 'IANA zone; the fleet’s when left out')
      .option('--country <code>', 'public holidays of this country, for instance US')
      .option('--region <code>', 'and of this region in it'),
    async ({ client, flags, show }) => {
      const { policy, start, zone, country, region } = flags;
      const body = {
        plan: await readPlanFile(flags.plan),
        ...(policy === undefined ? {} : { preset: policy }),
        ...(start === undefined ? {} : { startLocal: start }),
        ...(zone === undefined ? {} : { zone }),
        ...(country === undefined ? {} : { country }),
        ...(region === undefined ? {} : { region }),
      };
      show(await client().call('planCalendar', { body }), describe);
    },
  );
}

export function describe({ summary, preset, zone, stages }: PlanCalendarView): string {
  const rows = stages.map(({ stage, share, opens, because }) => [
    `stage ${stage + 1}`,
    `${Math.round(share * 1_000) / 10} %`,
    opens ?? 'never',
    because,
  ]);
  const days = stages.flatMap(({ stage, passedOver }) =>
    passedOver.map(({ day, because }) => [`stage ${stage + 1}`, day, because]),
  );
  const passed = days.length === 0 ? [] : ['', 'Days that are passed over:', table(days)];
  return [summary, '', `Rules: ${preset}, times of ${zone}.`, table(rows), ...passed].join('\n');
}
