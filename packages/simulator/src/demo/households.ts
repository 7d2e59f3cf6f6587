/** Who the demo's devices are: the incident's shares, spread over hardware and regions. */

export const BROKER_VERSIONS = ['2.0.15', '2.0.18', '2.0.22'] as const;

export interface Household {
  readonly device: string;
  readonly hardware: 'th-1' | 'th-2';
  readonly region: string;
  /** Version of the broker that the customer hosts: 60 % 2.0.15, 15 % 2.0.18, 25 % 2.0.22. */
  readonly broker: (typeof BROKER_VERSIONS)[number];
}

const REGIONS = ['north', 'south', 'west', 'east'] as const;

/** @param index 0 and up; the shares hold for every 20 devices in a row */
export function household(index: number): Household {
  const place = index % 20;
  const broker = place < 12 ? '2.0.15' : place < 15 ? '2.0.18' : '2.0.22';
  return {
    device: `thermostat-${String(index + 1).padStart(4, '0')}`,
    // Not in step with the brokers: neither explains the other.
    hardware: Math.floor(index / 20 + index) % 5 < 3 ? 'th-1' : 'th-2',
    region: REGIONS[Math.floor(index * 0.618) % REGIONS.length] ?? 'north',
    broker,
  };
}
