/** How a harmed device came back, from what is known about it. */
import type { Recovery } from '@tuesday/protocol';

export interface RecoveryFacts {
  /** It said that it went back by reflex. */
  readonly wentBack: boolean;
  /** It was sent back, and is. */
  readonly recalled: boolean;
  /** It took a recovery release by itself, and runs it. */
  readonly rescued: boolean;
  /** It said that a neighbour gave it that. */
  readonly relayed: boolean;
  /** As it was heard last it runs something else than the release, and its checks pass. */
  readonly well: boolean;
  /** Heard from within the time that silence takes to notice. */
  readonly heard: boolean;
}

/** Who was well when it was heard last is healed, also when it is away now. */
export function recoveryOf({ wentBack, recalled, rescued, relayed, well, heard }: RecoveryFacts): Recovery {
  if (!well) return heard ? 'waiting' : 'technician';
  if (rescued) return relayed ? 'relay' : 'rescue';
  if (wentBack) return 'itself';
  return recalled ? 'recall' : 'release';
}

export const HEALED: readonly Recovery[] = ['itself', 'recall', 'rescue', 'relay', 'release'];

const YES_OR_NO = [true, false] as const;
const NAMES = ['wentBack', 'recalled', 'rescued', 'relayed', 'well', 'heard'] as const;

/** Every combination of facts that means this, so that a database can look for them. */
export function factsMeaning(wanted: Recovery): RecoveryFacts[] {
  const both = (name: keyof RecoveryFacts) => (facts: Partial<RecoveryFacts>) =>
    YES_OR_NO.map((is) => ({ ...facts, [name]: is }));
  const all = NAMES.reduce<Partial<RecoveryFacts>[]>((facts, name) => facts.flatMap(both(name)), [{}]);
  return (all as RecoveryFacts[]).filter((facts) => recoveryOf(facts) === wanted);
}
