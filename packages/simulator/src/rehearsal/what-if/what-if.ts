/**
 * A what-if: what is wrong with a release, and what else goes wrong while it is rolled out. No schema library here:
 * the console reads what-ifs from its address on a page that does without one.
 */

export interface WhatIf {
  readonly name: string;
  /** What becomes of a struck device. silent: it dies. code: it reports an error. */
  readonly harm: (typeof HARMS)[number];
  /** Of the devices in the slice, how many are struck; 0 to 1. */
  readonly share: number;
  /** Who can be struck; null: everybody. */
  readonly slice: { readonly attribute: string; readonly value: string } | null;
  /** Hours after a device came up on the release. */
  readonly after: Span;
  /** Of the struck, how many go back to their other slot by themselves; 0 to 1. */
  readonly heals: number;
  /** The server is away: from this hour of the rollout on, for so many hours. */
  readonly down: { readonly at: number; readonly hours: number } | null;
  /** Share of the fleet that is away at any time; null: as the fleet's past shows. */
  readonly away: number | null;
  /** calendar: as the policy lets stages open. friday: on Friday at 17:30, and no window keeps a stage. */
  readonly start: (typeof STARTS)[number];
  /** plan: its stages. at-once: everybody in one stage, with no control. */
  readonly stages: (typeof STAGES)[number];
  /** How many times looser the bounds of the judge are than they are; null: nothing halts by itself. */
  readonly bounds: number | null;
  /**
   * When people send the fleet back: by the roster, 15 minutes after they are called; so many hours after the halt,
   * or after the first harm where nothing halts; null: nobody does.
   */
  readonly people: 'roster' | number | null;
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

export const HARMS = ['silent', 'code', 'install-fails', 'none'] as const;
export const STARTS = ['calendar', 'friday'] as const;
export const STAGES = ['plan', 'at-once'] as const;
/** Longest time that a what-if speaks of; hours. */
const LONGEST = 24 * 28;

export const PLAIN: WhatIf = {
  name: 'What if',
  harm: 'silent',
  share: 1,
  slice: null,
  after: { from: 1, to: 3 },
  heals: 0,
  down: null,
  away: null,
  start: 'calendar',
  stages: 'plan',
  bounds: 1,
  people: 'roster',
};

/** A what-if as it is typed: every value a text. */
export type WhatIfDraft = Readonly<Record<WhatIfField, string>>;
export const FIELDS = [
  'name',
  'harm',
  'share',
  'slice',
  'after',
  'heals',
  'down',
  'away',
  'start',
  'stages',
  'bounds',
  'people',
] as const;
export type WhatIfField = (typeof FIELDS)[number];

export interface WhatIfProblem {
  /** One of `FIELDS`, or what was written where one should stand. */
  readonly field: string;
  /** What is wrong and what to write. */
  readonly because: string;
}
export type WhatIfRead =
  | { readonly whatIf: WhatIf; readonly problems?: undefined }
  | { readonly whatIf?: undefined; readonly problems: readonly WhatIfProblem[] };

const percent = (share: number) => String(Number((share * 100).toPrecision(12)));

export function draftOf(whatIf: WhatIf): WhatIfDraft {
  const { after, down, away, bounds, people, slice } = whatIf;
  return {
    name: whatIf.name,
    harm: whatIf.harm,
    share: percent(whatIf.share),
    slice: slice === null ? '' : `${slice.attribute}=${slice.value}`,
    after: after.from === after.to ? String(after.from) : `${after.from}-${after.to}`,
    heals: percent(whatIf.heals),
    down: down === null ? '' : `${down.at}+${down.hours}`,
    away: away === null ? '' : percent(away),
    start: whatIf.start,
    stages: whatIf.stages,
    bounds: bounds === null ? 'off' : String(bounds),
    people: people === null ? 'nobody' : String(people),
  };
}

const PLAIN_DRAFT = draftOf(PLAIN);

/** What is left out is as in `PLAIN`. Every field that is wrong is named. */
export function readDraft(draft: Partial<WhatIfDraft>): WhatIfRead {
  const typed = { ...PLAIN_DRAFT, ...draft };
  const problems: WhatIfProblem[] = [];
  const take = <T>(field: WhatIfField, read: (text: string) => T | undefined, because: string): T => {
    const value = read(typed[field].trim());
    if (value === undefined) problems.push({ field, because });
    return value as T;
  };
  const whatIf: WhatIf = {
    name: take(
      'name',
      (text) => (text === '' || text.length > 60 ? undefined : text),
      'use 1 to 60 characters',
    ),
    harm: take('harm', oneOf(HARMS), `use one of ${HARMS.join(', ')}`),
    share: take('share', shareIn(0.000_1, 1), 'use a number of percent, from 0.01 to 100'),
    slice: take('slice', sliceIn, 'use attribute=value, for instance broker=mosquitto 2.0.18'),
    after: take('after', spanIn, `use hours, for instance 2 or 1-3, at most ${LONGEST}`),
    heals: take('heals', shareIn(0, 1), 'use a number of percent, from 0 to 100'),
    down: take('down', downIn, `use start+length in hours, for instance 2+6, at most ${LONGEST} each`),
    away: take('away', optional(shareIn(0, 0.3)), 'use a number of percent, from 0 to 30'),
    start: take('start', oneOf(STARTS), `use one of ${STARTS.join(', ')}`),
    stages: take('stages', oneOf(STAGES), `use one of ${STAGES.join(', ')}`),
    bounds: take('bounds', boundsIn, 'use how many times looser, from 1 to 1000000, or off'),
    people: take('people', peopleIn, `use roster, nobody, or hours up to ${LONGEST}`),
  };
  return problems.length === 0 ? { whatIf } : { problems };
}

const oneOf =
  <T extends string>(all: readonly T[]) =>
  (text: string) =>
    all.find((one) => one === text);
const optional =
  <T>(read: (text: string) => T | undefined) =>
  (text: string): T | null | undefined =>
    text === '' ? null : read(text);

/** A number in bounds; text that is not quite one is not taken. */
function numberIn(text: string, least: number, most: number): number | undefined {
  if (!/^\d{1,7}(\.\d{1,6})?$/.test(text)) return undefined;
  const value = Number(text);
  return value >= least && value <= most ? value : undefined;
}

const shareIn = (least: number, most: number) => (text: string) => {
  const value = numberIn(text, least * 100, most * 100);
  return value === undefined ? undefined : Number((value / 100).toPrecision(12));
};

function sliceIn(text: string): WhatIf['slice'] | undefined {
  if (text === '') return null;
  const [, attribute, value] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (attribute === undefined || value === undefined || text.length > 400) return undefined;
  return { attribute: attribute.trim(), value: value.trim() };
}

function spanIn(text: string): Span | undefined {
  const [first = '', second = first] = text.split('-');
  const [from, to] = [numberIn(first.trim(), 0, LONGEST), numberIn(second.trim(), 0, LONGEST)];
  if (from === undefined || to === undefined || from > to || text.split('-').length > 2) return undefined;
  return { from, to };
}

function downIn(text: string): WhatIf['down'] | undefined {
  if (text === '') return null;
  const [first = '', second = '', ...more] = text.split('+');
  const [at, hours] = [numberIn(first.trim(), 0, LONGEST), numberIn(second.trim(), 0.25, LONGEST)];
  return at === undefined || hours === undefined || more.length > 0 ? undefined : { at, hours };
}

const boundsIn = (text: string) => (text === 'off' ? null : numberIn(text, 1, 1_000_000));

function peopleIn(text: string): WhatIf['people'] | undefined {
  if (text === 'nobody') return null;
  return text === 'roster' ? text : numberIn(text, 0, LONGEST);
}
