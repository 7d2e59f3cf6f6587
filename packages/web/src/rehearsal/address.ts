/** The address of the rehearsal holds everything that was asked, so that a colleague sees the same. */
import { readWhatIf, type WhatIf, type WhatIfProblem, whatIfText } from '@tuesday/simulator/what-if';

export interface Asked {
  /** A rollout whose plan is played; empty: the newest one, or a fresh plan where there is none. */
  readonly plan: string;
  readonly whatIfs: readonly WhatIf[];
  /** What stood in the address and cannot be read. */
  readonly problems: readonly WhatIfProblem[];
  readonly seed: number;
  /** Milliseconds since 1970 by the fleet's clock; undefined: now. */
  readonly at: number | undefined;
}

/** More than that nobody compares. */
export const MOST = 8;

export function readAddress(search: string): Asked {
  const query = new URLSearchParams(search);
  const read = query.getAll('if').slice(0, MOST).map(readWhatIf);
  const number = (name: string) => {
    const text = query.get(name) ?? '';
    return /^\d{1,14}$/.test(text) ? Number(text) : undefined;
  };
  return {
    plan: query.get('plan') ?? '',
    whatIfs: read.flatMap(({ whatIf }) => (whatIf === undefined ? [] : [whatIf])),
    problems: read.flatMap(({ problems }) => problems ?? []),
    seed: number('seed') ?? 1,
    at: number('at'),
  };
}

export function addressOf({ plan, whatIfs, seed, at }: Omit<Asked, 'problems'>): string {
  const query = new URLSearchParams();
  if (plan !== '') query.set('plan', plan);
  for (const one of whatIfs) query.append('if', whatIfText(one));
  if (seed !== 1) query.set('seed', String(seed));
  if (at !== undefined) query.set('at', String(at));
  return query.size === 0 ? '/rehearsal' : `/rehearsal?${query.toString()}`;
}

/** The same from a terminal. */
export function commandOf(
  { whatIfs, seed, at }: Pick<Asked, 'whatIfs' | 'seed' | 'at'>,
  plan: string,
): string {
  const quoted = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;
  const lines = whatIfs.map((one) => `--what-if ${quoted(whatIfText(one))}`);
  const when = at === undefined ? [] : [`--at ${new Date(at).toISOString()}`];
  const whose = plan === '' ? '--plan plan.yaml' : `--plan-of ${plan}`;
  return ['tuesday rehearse', whose, ...lines, ...(seed === 1 ? [] : [`--seed ${seed}`]), ...when].join(' ');
}
