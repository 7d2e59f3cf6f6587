/** What a filter can ask for, with the values that devices report: for suggestions. */
import type { FilterField, FilterFieldsView } from '@tuesday/protocol';
import { normalise } from '@tuesday/rollout';
import type { Context } from '../context.ts';
import { readSpellings, type Spelling } from '../inventory/counts.ts';
import { readInForce } from '../policy/policy.ts';
import { type Field, FIELDS, operatorsOf } from './fields.ts';

/** Values of a field that are suggested, and rollouts that can be named. */
const VALUES = 30;
const ROLLOUTS = 10;

export async function viewFields({ db, clock }: Pick<Context, 'db' | 'clock'>): Promise<FilterFieldsView> {
  const { policy } = await readInForce(db, clock.now());
  const spellings = await readSpellings(db, null);
  const rollouts = await db
    .selectFrom('rollouts')
    .select(['rollout', 'release'])
    .orderBy('created_at', 'desc')
    .limit(ROLLOUTS)
    .execute();
  const declared = new Map(policy.parity.dimensions.map((dimension) => [dimension.name, dimension]));
  const valuesOf = (attribute: string) => {
    const rules = declared.get(attribute)?.normalise;
    const sums = new Map<string, number>();
    for (const { value, devices } of ofAttribute(spellings, attribute)) {
      const name = rules ? normalise(rules, value) : value;
      sums.set(name, (sums.get(name) ?? 0) + devices);
    }
    return [...sums].sort(([, a], [, b]) => b - a).map(([value]) => value);
  };
  const attributes = [...new Set([...declared.keys(), ...spellings.map(({ attribute }) => attribute)])];
  const known: Record<string, string[]> = {
    version: valuesOf('version'),
    hardware: valuesOf('hardware'),
    release: [...new Set(rollouts.map(({ release }) => release))],
    wentBackFrom: [...new Set(rollouts.map(({ release }) => release))],
    rollout: rollouts.map(({ rollout }) => rollout),
    lastSeen: ['-45m', '-24h', '-3d', '-7d', '-30d'],
    enrolled: ['-24h', '-7d', '-30d'],
  };
  const fields = FIELDS.flatMap((field) =>
    field.after === 'attribute'
      ? attributes.map((attribute) => told(field, valuesOf(attribute), `${field.field}.${attribute}`))
      : [told(field, field.choices ?? known[field.field] ?? [])],
  );
  return { fields };
}

function ofAttribute(spellings: readonly Spelling[], name: string): Spelling[] {
  return spellings.filter(({ attribute }) => attribute === name);
}

function told(field: Field, values: readonly string[], name = field.field): FilterField {
  const [first] = values;
  const example = name === field.field || first === undefined ? field.example : `${name}==${quoted(first)}`;
  return {
    field: name,
    kind: field.kind,
    operators: [...operatorsOf(field.kind)],
    means: field.means,
    example,
    values: values.slice(0, VALUES),
  };
}

/** As it is written in a filter. */
function quoted(value: string): string {
  return /^[^\s"'();,=!~<>]+$/.test(value) ? value : `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
