import type { RolloutView, TrialHistoryView } from '@tuesday/protocol';
import type { Command } from 'commander';
import { does, group, leaf } from '../command.ts';
import { table, time } from '../output.ts';
import { readPlanFile } from '../plan-file.ts';
import { describeRisk, riskLines } from '../risk-words.ts';
import { describeRollout } from '../rollout-words.ts';
import { rolloutWatch } from './rollout-watch.ts';

/** What the audit log says of a halt by one who had no time for words. */
const NO_REASON = 'no reason was given';

export function rolloutGroup(): Command {
  return group('rollout', 'One release to the fleet, by a plan', [
    create(),
    start(),
    risk(),
    trial(),
    view(),
    list(),
    rolloutWatch(),
    act('pause', 'pauseRollout', 'Make no new offers until resumed', 'required'),
    act('resume', 'resumeRollout', 'Lift the pause of an operator, or of the judge', 'optional'),
    halt(),
    acknowledge(),
    act('recall', 'recallRollout', 'Send the devices back along the signed way back', 'required'),
    exclude(),
    act('cancel', 'cancelRollout', 'Drop a rollout that no device has been offered', 'required'),
  ]);
}

function create(): Command {
  return does<{ plan: string }>(
    leaf('create', 'Create a rollout from a plan; it does not start yet', [
      'rollout create --plan plan.yaml',
    ]).requiredOption('--plan <file>', 'plan file (YAML)'),
    async ({ client, flags, show }) => {
      const body = await readPlanFile(flags.plan);
      show(await client().call('createRollout', { body }), (made: RolloutView) => made.rollout);
    },
  );
}

function start(): Command {
  return does<{ because?: string; schedule?: boolean }>(
    leaf('start <rollout>', 'Fix the cohorts and start', [
      'rollout start r1',
      'rollout start r1 --schedule --because "opens on Tuesday"',
    ])
      .option('--because <sentence>', 'why; kept in the audit log')
      .option('--schedule', 'outside the change window: start it all the same, its first stage waits'),
    async ({ client, flags, show }, rollout = '') => {
      const { because, schedule } = flags;
      const body = {
        ...(because === undefined ? {} : { because }),
        ...(schedule === undefined ? {} : { schedule }),
      };
      const params = { rollout };
      const started = await client().call('startRollout', { params, body });
      // Started or not does not hang on it: a server that cannot weigh the risk says nothing of it.
      const lines = await client()
        .call('viewRisk', { params })
        .then(riskLines, () => []);
      show(started, (view: RolloutView) => [describeRollout(view), ...lines].join('\n'));
    },
  );
}

function risk(): Command {
  return does(
    leaf('risk <rollout>', 'What speaks for and against starting it now', ['rollout risk r1']),
    async ({ client, show }, rollout = '') =>
      show(await client().call('viewRisk', { params: { rollout } }), describeRisk),
  );
}

function trial(): Command {
  return does(
    leaf('trial <rollout>', 'The evidence against the release over time', [
      'rollout trial r1',
      'rollout trial r1 --json',
    ]),
    async ({ client, show }, rollout = '') =>
      show(await client().call('viewTrialHistory', { params: { rollout } }), describeHistory),
  );
}

function describeHistory({ points, pauseAt, haltAt }: TrialHistoryView): string {
  if (points.length === 0) return 'Nothing is weighed yet: no offered device has been followed.';
  const says = (evidence: number) => (evidence >= haltAt ? 'halts' : evidence >= pauseAt ? 'pauses' : '');
  return [
    table([
      ['at', 'evidence', ''],
      ...points.map(({ at, evidence }) => [time(at), evidence.toFixed(2), says(evidence)]),
    ]),
    `As a power of ten: ${pauseAt} pauses, ${haltAt} halts.`,
  ].join('\n');
}

function view(): Command {
  return does(
    leaf('view <rollout>', 'One rollout with its evidence and the judge’s sentence', ['rollout view r1']),
    async ({ client, show }, rollout) => {
      show(await client().call('viewRollout', { params: { rollout } }), describeRollout);
    },
  );
}

function list(): Command {
  return does(leaf('list', 'Rollouts, newest first', ['rollout list']), async ({ client, show }) => {
    show(await client().call('listRollouts'), ({ rollouts }) =>
      table([
        ['rollout', 'release', 'phase', 'stage', 'created', 'because'],
        ...rollouts.map((one) => [
          one.rollout,
          one.release,
          one.phase,
          one.stage === null ? '–' : `${one.stage + 1} of ${one.stages}`,
          time(one.createdAt),
          one.because,
        ]),
      ]),
    );
  });
}

function exclude(): Command {
  return does<{ attribute: string; value: string; because: string }>(
    leaf('exclude <rollout>', 'Take the devices with one environment value out, hold them, and go on', [
      'rollout exclude r1 --attribute broker --value "mosquitto 2.0.18" --because "drops sessions"',
    ])
      .requiredOption('--attribute <name>', 'fact of the environment, for instance broker')
      .requiredOption('--value <value>', 'its value, as the rollout lists it')
      .requiredOption('--because <sentence>', 'why; kept in the audit log and told to the devices'),
    async ({ client, flags, show }, rollout) => {
      const { attribute, value, because } = flags;
      const body = { attribute, value, because };
      show(await client().call('excludeSlice', { params: { rollout }, body }), describeRollout);
    },
  );
}

function halt(): Command {
  return does<{ because?: string }>(
    leaf('halt <rollout>', 'Stop for good: no further offer of this rollout', [
      'rollout halt r1 --because "0x45 on broker 2.0.18"',
    ]).option('--because <sentence>', 'why; kept in the audit log'),
    async ({ client, flags, show }, rollout) => {
      const body = { because: flags.because ?? NO_REASON };
      show(await client().call('haltRollout', { params: { rollout }, body }), ({ because, durable }) =>
        durable ? because : `${because} The database hears of it as soon as it answers.`,
      );
    },
  );
}

function acknowledge(): Command {
  return does<{ because?: string }>(
    leaf('acknowledge <rollout>', 'Say that you have seen the halt and are at it', [
      'rollout acknowledge r1',
      'rollout acknowledge r1 --because "looking at broker 2.0.18"',
    ]).option('--because <sentence>', 'what you are doing; kept in the audit log'),
    async ({ client, flags, show }, rollout) => {
      const body = flags.because === undefined ? {} : { because: flags.because };
      show(await client().call('acknowledgeHalt', { params: { rollout }, body }), () => 'acknowledged');
    },
  );
}

type ActRoute = 'pauseRollout' | 'resumeRollout' | 'recallRollout' | 'cancelRollout';

function act(verb: string, route: ActRoute, summary: string, reason: 'required' | 'optional'): Command {
  const example = reason === 'required' ? ` --because "0x45 on broker 2.0.18"` : '';
  const command = leaf(`${verb} <rollout>`, summary, [`rollout ${verb} r1${example}`]);
  const words = 'why; kept in the audit log';
  if (reason === 'required') command.requiredOption('--because <sentence>', words);
  else command.option('--because <sentence>', words);
  return does<{ because?: string }>(command, async ({ client, flags, show }, rollout) => {
    const body = flags.because === undefined ? {} : { because: flags.because };
    show(await client().call(route, { params: { rollout }, body: body as never }), describeRollout);
  });
}
