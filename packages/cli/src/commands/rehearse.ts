/** `rehearse`: plays a plan against the fleet's composition before anybody approves it. */
import { type Plan, type Rehearsal, wallClock } from '@tuesday/protocol';
import { type WhatIf, type WhatIfDraft } from '@tuesday/simulator/what-if';
import type { Command } from 'commander';
import { does, leaf, type Running } from '../command.ts';
import { UsageFault } from '../failures.ts';
import { instant, wholeNumber } from '../flag-values.ts';
import { readPlanFile } from '../plan-file.ts';
import { rehearsalTable } from '../rehearsal-table.ts';
import { findComposition } from '../rehearse/composition.ts';
import { whatIfOptions, whatIfsOf } from '../rehearse/what-if-flags.ts';
import { whatIfTable } from '../rehearse/what-if-table.ts';
import { worldOf } from '../rehearse/world.ts';

export interface RehearseFlags extends Partial<WhatIfDraft> {
  plan?: string;
  planOf?: string;
  runs?: number;
  seed?: number;
  at?: number;
  fleet?: string;
  rollout?: string;
  whatIf?: string[];
  friday?: boolean;
}

const RUNS = 25;

export function rehearseCommand(): Command {
  const command = leaf(
    'rehearse',
    'Play a plan against the fleet’s composition: once for every fault of a catalogue, or for what-ifs of yours',
    [
      'rehearse --plan plan.yaml',
      'rehearse --plan plan.yaml --rollout r1',
      'rehearse --plan plan.yaml --fleet composition.json --runs 1000 --json',
      'rehearse --plan-of r1 --friday',
      'rehearse --plan plan.yaml --slice "broker=mosquitto 2.0.18" --down 2+6 --people nobody',
      'rehearse --plan plan.yaml --what-if "name=Slow; harm=silent; share=10; after=6-36" --what-if "name=Good; harm=none"',
    ],
  )
    .option('--plan <file>', 'plan file (YAML)')
    .option('--plan-of <rollout>', 'the plan of this rollout instead of a file')
    .option('--runs <number>', `runs for each fault (${RUNS} when left out)`, wholeNumber)
    .option('--seed <number>', 'seed of the randomness', wholeNumber)
    .option('--at <time>', 'play as if it were this time (now when left out)', instant)
    .option('--fleet <file>', 'composition (JSON) instead of the control plane’s fleet')
    .option('--rollout <rollout>', 'attach the result to this rollout, for whoever approves it');
  return does<RehearseFlags>(whatIfOptions(command), async (run) => {
    const { flags } = run;
    if (flags.runs !== undefined && flags.runs < 1) throw new UsageFault('--runs must be at least 1');
    const asked = whatIfsOf(flags);
    const plan = await findPlan(run);
    await (asked === undefined ? rehearseCatalogue(run, plan) : rehearseWhatIfs(run, plan, asked));
  });
}

async function findPlan({ flags, client }: Running<RehearseFlags>): Promise<Plan> {
  const { plan: file, planOf: rollout } = flags;
  if (file !== undefined && rollout === undefined) return readPlanFile(file);
  if (file !== undefined || rollout === undefined)
    throw new UsageFault('name one plan: --plan <file>, or --plan-of <rollout>');
  return (await client().call('viewRollout', { params: { rollout } })).plan;
}

async function rehearseCatalogue(run: Running<RehearseFlags>, plan: Plan): Promise<void> {
  const composition = await findComposition(run);
  const { rehearse } = await import('@tuesday/simulator');
  const { runs = RUNS, seed = 1, at = wallClock().now() } = run.flags;
  const rehearsal = rehearse(plan, composition, { runs, seed, at });
  await attach(run, () => rehearsal);
  run.show(rehearsal, (made: Rehearsal) => rehearsalTable(made));
}

type Asked = (slice: WhatIf['slice']) => readonly WhatIf[];

async function rehearseWhatIfs(run: Running<RehearseFlags>, plan: Plan, asked: Asked): Promise<void> {
  const { affectedSlice, playWhatIfs, rehearsalWith } = await import('@tuesday/simulator/rehearsal');
  const { runs = RUNS, seed = 1, at = wallClock().now() } = run.flags;
  const world = await worldOf(run, plan, { runs, seed, at });
  const whatIfs = asked(affectedSlice(world.composition) ?? null);
  const report = playWhatIfs(whatIfs, world);
  await attach(run, () => rehearsalWith(report, world, at));
  run.show(report, whatIfTable);
}

async function attach({ flags, client }: Running<RehearseFlags>, made: () => Rehearsal): Promise<void> {
  const { rollout } = flags;
  if (rollout === undefined) return;
  await client().call('attachRehearsal', { params: { rollout }, body: made() });
}
