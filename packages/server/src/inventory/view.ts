/** What the fleet consists of now, most common values first. */
import type { Dimension, InventoryView } from '@tuesday/protocol';
import { normalise } from '@tuesday/rollout';
import type { Context } from '../context.ts';
import { readInForce } from '../policy/policy.ts';
import { countDevices, readSpellings, type Spelling } from './counts.ts';

type ValueView = InventoryView['dimensions'][number]['values'][number];

/** More values than that say little about a fleet; they are counted and not listed. */
const LISTED = 500;
const SPELLINGS = 20;

export async function viewInventory({ db, clock }: Pick<Context, 'db' | 'clock'>): Promise<InventoryView> {
  const at = clock.now();
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (trx) => {
      const { policy } = await readInForce(trx, at);
      const devices = await countDevices(trx);
      const spellings = Map.groupBy(await readSpellings(trx, null), ({ attribute }) => attribute);
      const declared = new Map(policy.parity.dimensions.map((dimension) => [dimension.name, dimension]));
      const names = [...new Set([...declared.keys(), ...[...spellings.keys()].sort()])];
      const dimensions = names.map((name) => {
        const values = valuesOf(spellings.get(name) ?? [], declared.get(name), devices);
        return {
          name,
          declared: declared.has(name),
          values: values.slice(0, LISTED),
          more: Math.max(0, values.length - LISTED),
        };
      });
      return { at, devices, dimensions };
    });
}

function valuesOf(
  spellings: readonly Spelling[],
  dimension: Dimension | undefined,
  all: number,
): ValueView[] {
  const values = new Map<
    string | null,
    { devices: number; firstSeenAt: number | null; spellings: string[] }
  >();
  let reported = 0;
  for (const { value, devices, firstSeenAt } of spellings) {
    const name = dimension ? normalise(dimension.normalise, value) : value;
    const known = values.get(name) ?? { devices: 0, firstSeenAt, spellings: [] };
    known.devices += devices;
    if (firstSeenAt !== null) known.firstSeenAt = Math.min(known.firstSeenAt ?? firstSeenAt, firstSeenAt);
    if (known.spellings.length < SPELLINGS) known.spellings.push(value);
    values.set(name, known);
    reported += devices;
  }
  if (all > reported) values.set(null, { devices: all - reported, firstSeenAt: null, spellings: [] });
  return [...values]
    .map(([value, { devices, ...more }]) => ({
      value,
      devices,
      share: all === 0 ? 0 : devices / all,
      ...more,
    }))
    .sort((a, b) => b.devices - a.devices || String(a.value).localeCompare(String(b.value)));
}
