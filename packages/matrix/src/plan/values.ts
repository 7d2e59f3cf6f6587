/** Which values of a dimension matter: the fleet's, against those that `matrix.yaml` can bring up. */
import type { InventoryView } from '@tuesday/protocol';
import type { PlanRules } from '../file/matrix-file.ts';

/** A value that `matrix.yaml` names, with the name that it has now. */
export interface FileValue {
  readonly value: string;
  readonly always: boolean;
}

export interface FileDimension {
  readonly name: string;
  /** Undefined: those of the inventory. */
  readonly values: readonly FileValue[] | undefined;
}

/**
 * pairs: meets every such value of the other dimensions. once: is in some cell. rare: too small a share.
 * unseen: no device has it. unreachable: devices have it, and nothing says how it is brought up.
 */
export type ValuePart = 'pairs' | 'once' | 'rare' | 'unseen' | 'unreachable';

export interface PlannedValue {
  /** Null: the devices do not report the dimension; nobody can test that. */
  readonly value: string | null;
  /** Null without an inventory. */
  readonly devices: number | null;
  /** Of the fleet, 0 to 1; null without an inventory. */
  readonly share: number | null;
  readonly part: ValuePart;
}

export interface PlannedDimension {
  readonly name: string;
  /** Most devices first. */
  readonly values: readonly PlannedValue[];
}

/** @param inventory absent: every value of the file matters */
export function valuesThatMatter(
  dimensions: readonly FileDimension[],
  inventory: InventoryView | undefined,
  rules: PlanRules,
): PlannedDimension[] {
  return dimensions.map(({ name, values }) => {
    if (!inventory) {
      const all = (values ?? []).map(({ value }) => ({
        value,
        devices: null,
        share: null,
        part: 'pairs' as const,
      }));
      return { name, values: all };
    }
    const seen = inventory.dimensions.find((dimension) => dimension.name === name)?.values ?? [];
    const fromFleet = seen.map(({ value, devices, share }) => ({
      value,
      devices,
      share,
      part: partOf(value, share, values, rules),
    }));
    const known = new Set(seen.map(({ value }) => value));
    const unseen = (values ?? [])
      .filter(({ value }) => !known.has(value))
      .map(
        ({ value, always }) => ({ value, devices: 0, share: 0, part: always ? 'once' : 'unseen' }) as const,
      );
    return { name, values: [...fromFleet, ...unseen].sort((a, b) => b.devices - a.devices) };
  });
}

function partOf(
  value: string | null,
  share: number,
  values: readonly FileValue[] | undefined,
  rules: PlanRules,
): ValuePart {
  const ours = values?.find((one) => one.value === value);
  if (value === null || (values && !ours)) return 'unreachable';
  if (share >= rules.pairsFrom) return 'pairs';
  return share >= rules.valuesFrom || ours?.always === true ? 'once' : 'rare';
}
