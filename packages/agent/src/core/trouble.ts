/** What a technician should know, apart from any offer: told with each report while it stands. */
import type { RefusalCode, Trouble } from '@tuesday/protocol';
import { persist, type Turn } from './turn.ts';
import type { State } from './types.ts';

/** Longest sentence of a trouble, characters. */
const LONGEST = 200;

export function troubleOf(code: RefusalCode, because: string): Trouble {
  return { code, because: because.slice(0, LONGEST) };
}

/** One trouble of a code stands at a time; a new one takes the place of the old. */
export function stands(turn: Turn, code: RefusalCode, because: string): void {
  const { trouble } = turn.state;
  const next = troubleOf(code, because);
  if (trouble.some((one) => one.code === code && one.because === next.because)) return;
  turn.state.trouble = [...trouble.filter((one) => one.code !== code), next];
  turn.changed = true;
}

export function isOver(turn: Turn, code: RefusalCode): void {
  const left = turn.state.trouble.filter((one) => one.code !== code);
  if (left.length === turn.state.trouble.length) return;
  turn.state.trouble = left;
  turn.changed = true;
}

/** A report was answered: what had to be told once has been told. */
export function troubleTold(turn: Turn): void {
  if (turn.state.journal.trouble === undefined || turn.state.report.trouble === undefined) return;
  const { trouble: _, ...rest } = turn.state.journal;
  turn.state.journal = rest;
  persist(turn, {});
}

/** Nothing is tried, and yet another slot runs than is to boot: this boot loader cannot be told what to do. */
export function isStuck({ control, booted }: Pick<State, 'control' | 'booted'>): boolean {
  return control.trialSlot === null && control.defaultSlot !== booted;
}
