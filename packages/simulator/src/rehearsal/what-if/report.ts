/** What-ifs side by side, the worst first; and the table that goes with a plan to whoever approves it. */
import type { Instant, Rehearsal } from '@tuesday/protocol';
import { rehearse } from '../rehearse.ts';
import { playWhatIf, type WhatIfResult, type World } from './play.ts';
import type { WhatIf } from './what-if.ts';
import { worstFirst } from './worst-first.ts';

export interface WhatIfReport {
  readonly seed: number;
  readonly runs: number;
  readonly devices: number;
  readonly source: string;
  /** The worst first. */
  readonly results: readonly WhatIfResult[];
}

export function playWhatIfs(whatIfs: readonly WhatIf[], world: World): WhatIfReport {
  const { seed, runs, composition } = world;
  const results = whatIfs.map((one) => playWhatIf(one, world));
  return {
    seed,
    runs,
    devices: composition.devices,
    source: composition.source,
    results: worstFirst(results),
  };
}

/** The catalogue of faults, and below it the what-ifs that somebody asked. */
export function rehearsalWith(report: WhatIfReport, world: World, at: Instant): Rehearsal {
  const { runs, seed } = world;
  const catalogue = rehearse(world.plan, world.composition, { runs, seed, at });
  return { ...catalogue, rows: [...catalogue.rows, ...report.results.map(({ row }) => row)] };
}
