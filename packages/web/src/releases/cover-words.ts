/** What a test result says about a value: in words, with a letter and an icon, never by colour alone. */
import { t } from '@lingui/core/macro';
import type { Cover, ParityValueView, ParityView } from '@tuesday/protocol';
import { listed } from '../language/lists.ts';
import type { Tone } from '../rollouts/words.ts';
import { spanWords } from '../time.ts';

interface Words {
  /** In a narrow cell. */
  letter: string;
  word: string;
  means: string;
  tone: Tone;
}

export const COVERS: Readonly<Record<Cover, Words>> = {
  passed: { letter: 'P', word: t`passed`, means: t`a cell with it passed`, tone: 'good' },
  failed: { letter: 'F', word: t`failed`, means: t`a cell with it failed, and none passed`, tone: 'bad' },
  untested: { letter: 'U', word: t`untested`, means: t`no result`, tone: 'calm' },
  stale: { letter: 'O', word: t`too old`, means: t`passed too long ago`, tone: 'waiting' },
  short: { letter: 'S', word: t`too short`, means: t`passed with too little soak`, tone: 'waiting' },
};

type Seen = Pick<ParityValueView, 'cover' | 'testedAt' | 'because'>;

/**
 * "tested 3 d 4 h ago: 12 of 12 scenarios passed"; the server's sentence alone where it says the age itself.
 *
 * @param at by the fleet's clock
 */
export function seenWords({ cover, testedAt, because }: Seen, at: number): string {
  if (testedAt === null || cover === 'untested' || cover === 'stale') return because;
  const age = t`tested ${spanWords(at - testedAt)} ago`;
  return because === '' || because === 'passed' ? age : `${age}: ${because}`;
}

/** "broker = mosquitto 2.0.18 and region = north" */
export function cellWords(cell: Readonly<Record<string, string>>): string {
  return listed(Object.entries(cell).map(([name, value]) => `${name} = ${value}`));
}

export interface VerdictWords {
  tone: Tone;
  chip: string;
  title: string;
}

export function verdictWords({ verdict, release }: Pick<ParityView, 'verdict' | 'release'>): VerdictWords {
  if (verdict === 'open')
    return { tone: 'good', chip: t`tested`, title: t`${release} was tested where the fleet lives` };
  if (verdict === 'closed')
    return {
      tone: 'bad',
      chip: t`gap in tests`,
      title: t`what was tested of ${release} does not cover the fleet`,
    };
  return { tone: 'calm', chip: t`tests not asked for`, title: t`nobody asks where it was tested` };
}

/** A share is never rounded to nothing: "under 0.01 %", "0.42 %", "15 %". */
export function shareWords(share: number): string {
  if (share > 0 && share < 0.000_1) return t`under 0.01 %`;
  return `${Number((share * 100).toFixed(share < 0.1 ? 2 : 1))} %`;
}
