/** The Friday incident as data: as it happened, and as it should have gone. Facts: `docs/incidents/friday.md`. */
import type { AgentConfig } from '@tuesday/agent';
import { type Instant, type Plan, planSchema } from '@tuesday/protocol';
import { AFFECTED_BROKER, type Resident } from '../world/population.ts';
import { between, type Random } from '../world/random.ts';
import type { Firmware } from '../world/world.ts';

export interface Approver {
  readonly who: string;
  /** When this person can look at a request. */
  readonly free: Instant;
}

/** A road for devices that no longer answer: neighbours carry recovery firmware to them. */
export interface Relay {
  readonly from: Instant;
  readonly until: Instant;
  /** Share of stranded devices with a neighbour in reach. */
  readonly reach: number;
}

export interface Scenario {
  readonly name: string;
  readonly begins: Instant;
  /** When an operator starts the rollout. */
  readonly starts: Instant;
  readonly ends: Instant;
  readonly plan: Plan;
  /** Whether the judge opens stages and halts; otherwise everybody is offered the release at once. */
  readonly judged: boolean;
  /** How often devices ask. */
  readonly pollSeconds: number;
  readonly agent: Partial<AgentConfig>;
  /** When people know that something is wrong; nobody asks for a recall before. */
  readonly causeFound?: Instant;
  /** From a halt by the judge to the operator's recall; without it nobody recalls after a halt. */
  readonly reactionMillis?: number;
  readonly approvers: readonly Approver[];
  readonly approvalsToGoBack: number;
  readonly relay?: Relay;
}

const at = (text: string): Instant => Date.parse(text);

export const RELEASE = '3.2.5';
const FACTORY = '3.2.4';
const HOUR = 3_600_000;

export const FACTORY_FIRMWARE: Firmware = { version: FACTORY };

/**
 * The fault: behind the affected broker the first renewal of the session, one to three hours after the start,
 * never ends; once it has begun it is continued after every boot.
 */
export const BROKEN_FIRMWARE: Firmware = {
  version: RELEASE,
  wayBack: FACTORY,
  diesAfterMillis: (resident: Resident, crashesBefore: number, random: Random) => {
    if (resident.environment['broker'] !== AFFECTED_BROKER) return undefined;
    return crashesBefore > 0 ? between(random, 5_000, 40_000) : between(random, HOUR, 3 * HOUR);
  },
};

/** The same version without the fault, for worlds in which nothing may halt. */
export const GOOD_FIRMWARE: Firmware = { version: RELEASE, wayBack: FACTORY };

export const ZONE = 'UTC';

export const AS_IT_HAPPENED: Scenario = {
  name: 'friday-as-it-happened',
  begins: at('2026-11-20T16:30:00Z'),
  starts: at('2026-11-20T17:30:00Z'),
  ends: at('2026-11-23T00:00:00Z'),
  plan: planSchema.parse({
    name: 'everybody',
    release: RELEASE,
    stages: [{ share: 1, soak: '24h' }],
    holdOut: 0,
    probation: '0s',
  }),
  judged: false,
  // Everybody had it between 18:00 and 20:00: such a fleet asks about every two hours.
  pollSeconds: 7_200,
  agent: {
    deviceRollback: false,
    updatePathIndependent: false,
    rescue: null,
    // Rarer restarts of a lost device change nothing for anybody and save millions of moments.
    restartBackOff: { baseMillis: 60_000, capMillis: 4 * HOUR },
  },
  causeFound: at('2026-11-21T10:00:00Z'),
  approvers: [
    { who: 'the engineer on call', free: at('2026-11-21T10:30:00Z') },
    { who: 'the colleague on the plane', free: at('2026-11-21T14:00:00Z') },
  ],
  approvalsToGoBack: 2,
  relay: { from: at('2026-11-21T20:00:00Z'), until: at('2026-11-23T00:00:00Z'), reach: 0.87 },
};

export const AS_IT_SHOULD_HAVE: Scenario = {
  name: 'friday-as-it-should-have',
  begins: at('2026-11-24T07:00:00Z'),
  starts: at('2026-11-24T08:30:00Z'),
  ends: at('2026-11-25T09:00:00Z'),
  plan: planSchema.parse({
    name: 'thermostat 3.2.5',
    release: RELEASE,
    stages: [
      { share: 0.01, soak: '24h' },
      { share: 0.1, soak: '48h' },
      { share: 1, soak: '72h' },
    ],
  }),
  judged: true,
  pollSeconds: 900,
  agent: {},
  reactionMillis: 10 * 60_000,
  approvers: [{ who: 'the operator on watch', free: at('2026-11-24T08:00:00Z') }],
  approvalsToGoBack: 1,
};
