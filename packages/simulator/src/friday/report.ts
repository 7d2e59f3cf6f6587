/** `tuesday simulate friday`: the stories, each under both readings of the incident's figures. */
import { type Cost, price, type Reading, READINGS, visitsOf } from '../costs.ts';
import { type Ending, play, type TimelineEntry } from './play.ts';
import { type RecoveryReport, tellRelay } from './relay/tell-relay.ts';
import { AS_IT_HAPPENED, AS_IT_SHOULD_HAVE } from './scenarios.ts';

export interface ScenarioReport {
  readonly name: string;
  readonly exposed: number;
  readonly harmed: number;
  readonly bricked: number;
  readonly haltedAfterHours: number | null;
  readonly selfHealedWithin10MinShare: number | null;
  readonly recoveredWithin4hShare: number | null;
  readonly technicianVisits: number;
  /** Whole US dollars. */
  readonly costUsd: Cost;
  readonly reading: Reading;
  readonly note: string;
  readonly culprit: string | null;
  readonly timeline: readonly TimelineEntry[];
  /** How the dead devices came back, in the story with the relay. */
  readonly recovery?: RecoveryReport;
}

export interface FridayReport {
  readonly seed: number;
  readonly devices: number;
  readonly scenarios: readonly ScenarioReport[];
}

/** The incident's fleet. */
const FLEET = 12_000;

/**
 * @param options seed of everything that is drawn; devices of the fleet, 12,000 by default
 * @returns the same for the same options
 */
export function simulateFriday(options: { seed?: number; devices?: number } = {}): Promise<FridayReport> {
  const { seed = 1, devices = FLEET } = options;
  const stories = [AS_IT_HAPPENED, AS_IT_SHOULD_HAVE].map((scenario) => ({
    name: scenario.name,
    ending: play(scenario, { seed, devices }),
    more: {},
  }));
  const { ending, recovery } = tellRelay({ seed, devices });
  const scenarios = [...stories, { name: 'friday-with-relay', ending, more: { recovery } }].flatMap((story) =>
    (['as-printed', 'consistent'] as const).map((reading) => ({
      ...reportOf(story.name, story.ending, reading, devices),
      ...story.more,
    })),
  );
  return Promise.resolve({ seed, devices, scenarios });
}

function reportOf(name: string, ending: Ending, reading: Reading, devices: number): ScenarioReport {
  const { tickets, reconnects, ...seen } = ending;
  const technicianVisits = visitsOf(reading, ending.harmed, ending.bricked, devices);
  return {
    name,
    ...seen,
    technicianVisits,
    costUsd: price({ affected: ending.harmed, tickets, visits: technicianVisits, reconnects }, reading),
    reading,
    note: READINGS[reading],
  };
}
