/** The rollout of the Friday story, under the product's own rules. */
import type { Clock, OperatorClient, PlanInput, RolloutView } from '@tuesday/protocol';

const NAME = 'thermostat 3.2.5';

export const DEMO_PLAN: PlanInput = {
  name: NAME,
  release: '3.2.5',
  stages: [
    { share: 0.1, soak: '24h' },
    { share: 0.5, soak: '48h' },
    { share: 1, soak: '72h' },
  ],
  coverage: 8,
  // Longer than it takes a small machine to switch the fleet on again after a restart, at the demo's pace.
  silentAfter: '3h',
  probation: '4h',
};

/** Creates and starts the rollout unless there is one. @returns its id */
export async function startDemoRollout(client: OperatorClient, say: (line: string) => void): Promise<string> {
  const { rollouts } = await client.call('listRollouts');
  const known = rollouts.find((rollout) => rollout.name === NAME);
  const { rollout, phase } = known ?? (await client.call('createRollout', { body: DEMO_PLAN }));
  if (phase === 'draft') {
    // It begins on a Friday evening; the first stage waits for Tuesday.
    await client.call('startRollout', { params: { rollout }, body: { schedule: true } });
    say(`rollout ${rollout} started: ${NAME}`);
  }
  return rollout;
}

/** Real-time span between two looks, in the clock's milliseconds: a demo is watched by people. */
const lookEvery = (clock: Clock) => 1_000 * clock.rate;

/** Says what the judge says, whenever it says something new, until the signal. */
export async function followRollout(
  client: OperatorClient,
  rollout: string,
  clock: Clock,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<void> {
  let said = '';
  while (!signal.aborted) {
    const view = await client.call('viewRollout', { params: { rollout } }).catch(() => undefined);
    const line = view === undefined ? said : lineOf(view);
    // A sentence that differs by the time of day only says nothing new.
    if (gist(line) !== gist(said)) say(`${timeOf(clock.now())}  ${line}`);
    said = line;
    await clock.sleep(lookEvery(clock), signal).catch(() => undefined);
  }
}

const gist = (line: string) => line.replaceAll(/\d\d:\d\d UTC/g, '');

function lineOf({ phase, because, exposed, harmed, blame }: RolloutView): string {
  const guilty = blame[0];
  const counts = exposed > 0 ? ` [${exposed} took it, ${harmed} went wrong]` : '';
  const why = guilty
    ? ` (${guilty.attribute} ${guilty.value}: ${guilty.bad} of ${guilty.offered} went wrong)`
    : '';
  return `${phase}: ${because}${counts}${why}`;
}

/** Weekday and time in the machine's zone. */
export function timeOf(instant: number): string {
  return new Intl.DateTimeFormat('en-GB', { weekday: 'short', hour: '2-digit', minute: '2-digit' }).format(
    instant,
  );
}
