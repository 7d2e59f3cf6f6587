/** What the fleet's values are, where a filter asks for an order or for what a spelling stands for. */
import { compareVersions, type Dimension, versionSchema } from '@tuesday/protocol';
import { normalise } from '@tuesday/rollout';
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';
import { type Filter, matches, type Order, type Pattern, type Test } from './filter.ts';

export interface Known {
  /** Every version that was ever seen here and stands in the order. */
  versionsIn(test: { readonly order: Order; readonly version: string }): string[];
  /** Spellings whose value matches; empty where the policy declares no such dimension. */
  spellingsOf(attribute: string, patterns: readonly Pattern[]): string[];
}

const HOLDS: Readonly<Record<Order, (difference: number) => boolean>> = {
  '<': (difference) => difference < 0,
  '<=': (difference) => difference <= 0,
  '>': (difference) => difference > 0,
  '>=': (difference) => difference >= 0,
};

/** Few rows: one for each value, whatever the number of devices. Nothing is read that the filter does not need. */
export async function readKnown(
  db: Kysely<Database>,
  filter: Filter | null,
  dimensions: readonly Dimension[],
): Promise<Known> {
  const wanted = attributesOf(filter, dimensions);
  const rows =
    wanted.length === 0
      ? []
      : await db
          .selectFrom('environment_values')
          .select(['attribute', 'value'])
          .where('attribute', 'in', wanted)
          .execute();
  const valuesOf = (name: string) => rows.filter(({ attribute }) => attribute === name);
  return {
    versionsIn: ({ order, version }) =>
      valuesOf('version')
        .map(({ value }) => value)
        .filter((value) => versionSchema.safeParse(value).success)
        .filter((value) => HOLDS[order](compareVersions(value, version))),
    spellingsOf(attribute, patterns) {
      const dimension = dimensions.find(({ name }) => name === attribute);
      if (!dimension) return [];
      const fits = (value: string) => patterns.some((pattern) => matches(pattern, value));
      return valuesOf(attribute)
        .map(({ value }) => value)
        .filter((value) => fits(normalise(dimension.normalise, value)));
    },
  };
}

function attributesOf(filter: Filter | null, dimensions: readonly Dimension[]): string[] {
  const names = testsIn(filter).flatMap((test) => {
    if (test.kind === 'version') return ['version'];
    return test.kind === 'match' && test.subject.of === 'environment' ? [test.subject.attribute] : [];
  });
  return [...new Set(names)].filter(
    (name) => name === 'version' || dimensions.some((dimension) => dimension.name === name),
  );
}

export function testsIn(filter: Filter | null): Test[] {
  if (filter === null) return [];
  return filter.kind === 'and' || filter.kind === 'or' ? filter.of.flatMap(testsIn) : [filter];
}
