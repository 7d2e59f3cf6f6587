/** A fleet of thermostats: who lives where, behind which broker, and how often their link is down. */
import type { DeviceId, Environment } from '@tuesday/protocol';
import { logNormal, type Random } from './random.ts';

export interface Resident {
  readonly device: DeviceId;
  readonly hardware: string;
  readonly environment: Environment;
  /** How much more often than the median this link fails. */
  readonly frailty: number;
}

export const AFFECTED_BROKER = 'mosquitto 2.0.18';

type Shares = ReadonlyArray<readonly [string, number]>;

const BROKERS: Shares = [
  ['mosquitto 2.0.15', 0.6],
  [AFFECTED_BROKER, 0.15],
  ['mosquitto 2.0.22', 0.25],
];
const REGIONS: Shares = [
  ['eu-west', 0.35],
  ['eu-north', 0.15],
  ['us-east', 0.3],
  ['us-west', 0.15],
  ['ap-south', 0.05],
];
const HARDWARE: Shares = [
  ['th-2', 0.7],
  ['th-1', 0.3],
];
const WIFI: Shares = [
  ['2.4 GHz', 0.8],
  ['5 GHz', 0.2],
];

/** Two confounders on purpose: hosting contains the affected, and router R2 leans towards them. */
function resident(index: number, random: Random): Resident {
  const pick = (shares: Shares) => pickOf(shares, random());
  const broker = pick(BROKERS);
  const affected = broker === AFFECTED_BROKER;
  const hosting = affected || random() < 0.25 / 0.85 ? 'self' : 'cloud';
  const router = random() < (affected ? 0.6 : 0.25) ? 'R2' : 'R1';
  return {
    device: `th-${String(index).padStart(6, '0')}`,
    hardware: pick(HARDWARE),
    environment: { broker, hosting, region: pick(REGIONS), router, wifi: pick(WIFI) },
    frailty: logNormal(random, 1),
  };
}

export function populate(devices: number, random: Random): Resident[] {
  return Array.from({ length: devices }, (_, index) => resident(index, random));
}

function pickOf(shares: Shares, point: number): string {
  let sum = 0;
  for (const [value, share] of shares) {
    sum += share;
    if (point < sum) return value;
  }
  return shares[shares.length - 1]?.[0] ?? '';
}
