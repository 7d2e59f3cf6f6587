import { planCheckViewSchema, type PlanCheckView } from '@tuesday/protocol';
import type { Command } from 'commander';
import { does, group, leaf } from '../command.ts';
import { table, time } from '../output.ts';
import { readPlanFile } from '../plan-file.ts';
import { riskLines } from '../risk-words.ts';
import { planCalendarCommand } from './plan-calendar.ts';

export function planGroup(): Command {
  return group('plan', 'Plans, before they become rollouts', [
    does<{ plan: string }>(
      leaf('check', 'Cohort sizes and first opening of a plan, without creating anything', [
        'plan check --plan plan.yaml',
      ]).requiredOption('--plan <file>', 'plan file (YAML)'),
      async ({ client, flags, show }) => {
        const body = await readPlanFile(flags.plan);
        show(planCheckViewSchema.parse(await client().call('checkPlan', { body })), describe);
      },
    ),
    planCalendarCommand(),
  ]);
}

function describe(view: PlanCheckView): string {
  const stages = view.stages.map(({ share, size }, index) => [
    `stage ${index + 1}`,
    `${Math.round(share * 1_000) / 10} %`,
    `${size} devices`,
  ]);
  const lines = [
    `${view.devices} devices can take it; ${view.holdOut} are held out as control`,
    table(stages),
    `first stage may open: ${time(view.firstOpening)}`,
  ];
  view.stages.forEach(({ power }, index) => lines.push(`stage ${index + 1}: ${power.because}`));
  for (const { attribute, value, devices, firstStage } of view.thin) {
    lines.push(`thin: ${attribute} ${value} has ${firstStage} of its ${devices} devices in the first stage`);
  }
  if (view.risk) lines.push(...riskLines(view.risk));
  return lines.join('\n');
}
