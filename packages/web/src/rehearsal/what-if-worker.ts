/** Plays what-ifs beside the page: each a few times at once, then often enough to believe. */
import type { Rehearsal } from '@tuesday/protocol';
import {
  playWhatIf,
  rehearsalWith,
  type WhatIfResult,
  type World,
  worstFirst,
} from '@tuesday/simulator/rehearsal';
import type { WhatIf } from '@tuesday/simulator/what-if';

export type WhatIfOrder =
  | {
      readonly kind: 'play';
      readonly whatIfs: readonly WhatIf[];
      readonly world: Unplayed;
      readonly runs: readonly number[];
    }
  | { readonly kind: 'table'; readonly whatIfs: readonly WhatIf[]; readonly world: World };
export type Unplayed = Omit<World, 'runs'>;
export type WhatIfAnswer =
  | { readonly kind: 'played'; readonly result: WhatIfResult; readonly runs: number }
  | { readonly kind: 'table'; readonly rehearsal: Rehearsal }
  | { readonly kind: 'trouble'; readonly because: string };

const answer = (said: WhatIfAnswer) => postMessage(said);

addEventListener('message', ({ data }: MessageEvent<WhatIfOrder>) => {
  try {
    if (data.kind === 'play') play(data);
    else answer({ kind: 'table', rehearsal: tableOf(data) });
  } catch (error) {
    answer({ kind: 'trouble', because: error instanceof Error ? error.message : String(error) });
  }
});

function play({ whatIfs, world, runs }: Extract<WhatIfOrder, { kind: 'play' }>): void {
  for (const times of runs)
    for (const one of whatIfs)
      answer({ kind: 'played', result: playWhatIf(one, { ...world, runs: times }), runs: times });
}

/** What goes with the plan: the catalogue, and below it these. */
function tableOf({ whatIfs, world }: Extract<WhatIfOrder, { kind: 'table' }>): Rehearsal {
  const { runs, seed, composition, now } = world;
  const results = worstFirst(whatIfs.map((one) => playWhatIf(one, world)));
  const report = { runs, seed, devices: composition.devices, source: composition.source, results };
  return rehearsalWith(report, world, now);
}
