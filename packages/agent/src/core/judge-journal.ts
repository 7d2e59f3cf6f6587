/**
 * Does the journal agree with itself, with the boot control, and with what the slots say of themselves? Every
 * journal that the core ever writes does, at whatever write the power went: what does not was cut or altered.
 */
import type { Slot, SlotName } from '@tuesday/protocol';
import { type Intent, type Journal, otherSlot, type Step } from './journal.ts';
import type { WokeInput } from './types.ts';

/** What the spare slot must be in a step; absent: it may be anything. */
const SPARE: Partial<Record<Step, Slot['state']>> = {
  staging: 'bad',
  ready: 'good',
  trying: 'trying',
  'rolling-back': 'trying',
};

const NAMES: readonly SlotName[] = ['a', 'b'];

/** @returns one clause with the first contradiction */
export function contradictionIn(
  journal: Journal,
  { control, booted, found }: Pick<WokeInput, 'control' | 'booted' | 'found'>,
): string | undefined {
  const { slots, facts, intent, securityVersion } = journal;
  if (NAMES.every((name) => slots[name].state !== 'confirmed')) return 'it calls no slot confirmed';
  for (const name of NAMES) {
    const slot = slots[name];
    const label = found?.[name]?.version;
    if (slot.state === 'empty' || slot.state === 'bad') {
      if (facts[name] !== null) return `it knows signed facts of slot ${name}, which it calls ${slot.state}`;
      continue;
    }
    if (facts[name] !== null && facts[name].version !== slot.version)
      return `it calls slot ${name} ${slot.version ?? 'nameless'} and ${facts[name].version}`;
    if (label !== undefined && label !== slot.version)
      return `it calls slot ${name} ${slot.version ?? 'nameless'}, whose label says ${label}`;
    if (slot.state === 'confirmed' && (facts[name]?.securityVersion ?? 0) > securityVersion)
      return `it has confirmed a higher security version than it remembers`;
  }
  if (intent === null) return undefined;
  const standsThere = booted === control.defaultSlot && slots[booted].state === 'confirmed';
  if (intent.slot === booted && standsThere && intent.step !== 'trying' && intent.step !== 'rolling-back')
    return `it prepares slot ${booted}, which runs and is confirmed`;
  return contradictionInIntent(intent, journal);
}

function contradictionInIntent(intent: Intent, { slots }: Journal): string | undefined {
  const { step, slot, signed, version } = intent;
  const state = SPARE[step];
  if (state !== undefined && slots[slot].state !== state)
    return `it is ${step} with slot ${slot}, which it calls ${slots[slot].state}`;
  if (state !== undefined && state !== 'bad' && slots[slot].version !== version)
    return `it is ${step} with ${version}, and calls slot ${slot} ${slots[slot].version ?? 'nameless'}`;
  if (signed !== undefined && signed.custom.version !== version)
    return `it takes ${version}, for which ${signed.custom.version} is signed`;
  if (signed === undefined && step !== 'verifying') return `it is ${step} what it never verified`;
  if (state !== undefined && slots[otherSlot(slot)].state !== 'confirmed')
    return `it is ${step} with nothing confirmed to go back to`;
  return undefined;
}
