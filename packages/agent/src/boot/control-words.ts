/**
 * Boot control as words, the way boot loaders keep variables: `name` → `value`. Words of other owners that stand
 * between ours are kept.
 */
import { type SlotName, slotNameSchema } from '@tuesday/protocol';
import type { BootControl } from '../core/types.ts';

export type Words = ReadonlyMap<string, string>;

/** How a boot loader calls the four facts. */
export interface WordNames {
  readonly defaultSlot: string;
  readonly trialSlot: string;
  /** 0: nothing is tried; 1: a trial is under way; 2: the boot loader gave it up. */
  readonly trial: string;
  readonly attempts: string;
}

/** Words of somebody else that follow from the control, and are written with it. */
export type AlsoWords = (control: BootControl) => Words;

export const WORD_NAMES: WordNames = {
  defaultSlot: 'default_slot',
  trialSlot: 'trial_slot',
  trial: 'trial',
  attempts: 'bootcount',
};

/** More boots than any limit allows; what is above is no count. */
const MOST_ATTEMPTS = 99;

/**
 * Reads as the boot scripts in `examples/boot` do: a trial needs a slot to try, and whatever is not understood
 * means no trial.
 *
 * @returns undefined when not even the default slot can be told
 */
export function controlOf(words: Words, names: WordNames = WORD_NAMES): BootControl | undefined {
  const defaultSlot = slotOf(words.get(names.defaultSlot));
  if (defaultSlot === undefined) return undefined;
  const trialSlot = words.get(names.trial) === '1' ? slotOf(words.get(names.trialSlot)) : undefined;
  const attempts = words.get(names.attempts) ?? '';
  const counted = /^\d{1,2}$/.test(attempts) ? Number(attempts) : 0;
  return { defaultSlot, trialSlot: trialSlot ?? null, attempts: Math.min(counted, MOST_ATTEMPTS) };
}

/**
 * Ours first, in the order of the alphabet, as U-Boot exports them: so that of a write that was cut within them every
 * word is the old one or the new one. Then the words of others. Without a trial the trial slot names the other slot:
 * the text keeps its length.
 */
export function withControl(words: Words, control: BootControl, names: WordNames = WORD_NAMES): Words {
  const { defaultSlot, trialSlot, attempts } = control;
  const ours: [string, string][] = [
    [names.defaultSlot, defaultSlot],
    [names.trialSlot, trialSlot ?? (defaultSlot === 'a' ? 'b' : 'a')],
    [names.trial, trialSlot === null ? '0' : '1'],
    [names.attempts, String(attempts)],
  ];
  ours.sort(([one], [other]) => (one < other ? -1 : 1));
  const known = new Set(ours.map(([name]) => name));
  return new Map([...ours, ...[...words].filter(([name]) => !known.has(name))]);
}

function slotOf(word: string | undefined): SlotName | undefined {
  return slotNameSchema.safeParse(word).data;
}
