/**
 * A fleet of thermostats to rehearse with when there is no control plane to ask: seven facts with thirty values,
 * and two confounders on purpose. `hosting = self` contains everybody behind the affected broker, and
 * `router = R2` leans towards them.
 */
import type { Composition, Prices } from '@tuesday/protocol';
import { CHAPTER_PRICES } from '@tuesday/rollout';
import { seeded } from '../world/random.ts';

export const EXAMPLE_CULPRIT = { attribute: 'broker', value: 'mosquitto 2.0.18' };
export const EXAMPLE_RARE = { attribute: 'broker', value: 'emqx 4.4.19' };

/** What things cost where no control plane says it. */
export const EXAMPLE_PRICES: Prices = CHAPTER_PRICES['as-printed'];

type Shares = ReadonlyArray<readonly [string, number]>;

const BROKERS: Shares = [
  ['mosquitto 2.0.15', 0.545],
  [EXAMPLE_CULPRIT.value, 0.15],
  ['mosquitto 2.0.22', 0.25],
  ['hivemq 4.9', 0.05],
  [EXAMPLE_RARE.value, 0.005],
];
const FACTS: ReadonlyArray<readonly [string, Shares]> = [
  [
    'hardware',
    [
      ['th-1', 0.3],
      ['th-2', 0.5],
      ['th-2b', 0.15],
      ['th-3', 0.05],
    ],
  ],
  [
    'region',
    [
      ['eu-west', 0.3],
      ['eu-north', 0.2],
      ['us-east', 0.25],
      ['us-west', 0.15],
      ['ap-south', 0.1],
    ],
  ],
  [
    'wifi',
    [
      ['wpa2 2.4 GHz', 0.5],
      ['wpa2 5 GHz', 0.2],
      ['wpa3 2.4 GHz', 0.15],
      ['wpa3 5 GHz', 0.1],
      ['open', 0.03],
      ['ethernet', 0.02],
    ],
  ],
  [
    'previous',
    [
      ['3.2.4', 0.75],
      ['3.2.3', 0.15],
      ['3.2.2', 0.06],
      ['3.1.9', 0.04],
    ],
  ],
];

const SEED = 20_26;

/** The same fleet for the same size. */
export function exampleComposition(devices = 12_000): Composition {
  const random = seeded(SEED);
  const pick = (shares: Shares) => {
    let point = random();
    for (const [value, share] of shares) {
      point -= share;
      if (point < 0) return value;
    }
    return shares[0]?.[0] ?? '';
  };
  const cells = new Map<string, { environment: Record<string, string>; devices: number }>();
  for (let device = 0; device < devices; device++) {
    const broker = pick(BROKERS);
    const affected = broker === EXAMPLE_CULPRIT.value;
    const environment: Record<string, string> = {
      broker,
      hosting: affected || random() < 0.25 / 0.85 ? 'self' : 'cloud',
      router:
        random() < (affected ? 0.6 : 0.25)
          ? 'R2'
          : pick([
              ['R1', 0.6],
              ['R3', 0.3],
              ['R4', 0.1],
            ]),
    };
    for (const [attribute, shares] of FACTS) environment[attribute] = pick(shares);
    const key = JSON.stringify(environment);
    const cell = cells.get(key) ?? { environment, devices: 0 };
    cell.devices += 1;
    cells.set(key, cell);
  }
  return {
    devices,
    cells: [...cells.values()],
    silence: [
      { minutes: 45, share: 0.0316 },
      { minutes: 120, share: 0.0224 },
      { minutes: 480, share: 0.0121 },
    ],
    troublePerDay: 0.005,
    source: `the example fleet of ${devices} thermostats`,
  };
}
