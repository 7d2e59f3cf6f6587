/** The rollout of the Friday story, under the product's own rules. */
import type { Clock, OperatorClient, PlanInput, RolloutView } from '@tuesday/protocol';
import type { DemoPeople } from './demo-people.ts';

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

/**
 * Creates the rollout, has it consented to and starts it, unless that was done before. It opens when the policy
 * says so, whatever day it is.
 *
 * @returns its id
 */
export async function startDemoRollout(
  { alice, bob }: DemoPeople,
  say: (line: string) => void,
): Promise<string> {
  const { rollouts } = await alice.client.call('listRollouts');
  const known = rollouts.find((rollout) => rollout.name === NAME);
  const { rollout, phase } = known ?? (await alice.client.call('createRollout', { body: DEMO_PLAN }));
  const params = { rollout };
  if (phase !== 'draft') return rollout;
  const { approval, digest, state } = await alice.client.call('requestApproval', { params, body: {} });
  if (state === 'open') {
    const body = { digest, factor: await bob.factor() };
    await bob.client.call('approve', { params: { approval }, body });
    say(`bob consents to exactly this plan, with a code of his authenticator`);
  }
  await alice.client.call('acknowledgeWatch', { params, body: {} });
  say('alice is on watch, and says so');
  await alice.client.call('startRollout', { params, body: { schedule: true } });
  say(`rollout ${rollout} started by alice: ${NAME}`);
  return rollout;
}

/** Alice answers, day and night: a demo is over before her turn is. */
export async function setDemoRoster({ alice }: DemoPeople, zone: string): Promise<void> {
  const { roster } = await alice.client.call('viewRoster');
  if (roster.rotations.length > 0) return;
  const rotation = { name: 'on call', people: ['alice'], from: '2026-01-05', days: 366 };
  const body = { roster: { zone, rotations: [rotation] }, because: 'somebody answers, day and night' };
  await alice.client.call('setRoster', { body });
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
