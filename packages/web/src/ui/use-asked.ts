import { useCallback, useEffect, useRef, useState } from 'react';
import { isSignedOut, Refused, SIGNED_IN } from '../api.ts';
import { concerns, hearLine, lineState, type Wanted } from '../live/line.ts';

export interface Asked<T> {
  data: T | undefined;
  /** Nobody answers; it is asked again. */
  lost: boolean;
  refused: Refused | undefined;
  /** The viewer's time of the last answer. */
  heardAt: number | undefined;
  /** Asks now, for instance after an act. */
  again: () => Promise<void>;
}

/** Real milliseconds after which a server that is away is asked again. */
const RETRY = 3_000;
const UNHURRIED = 15_000;
/** While changes are told, asking by itself is only for what nobody tells: what time alone changes. */
const LIVE_FACTOR = 4;
const LIVE_MOST = 60_000;
/** However much changes, it is asked no sooner again; what is costly has a long `every`, and waits longer. */
const GAP_LEAST = 2_000;
const GAP_MOST = 10_000;

type Heard<T> = Omit<Asked<T>, 'again'> & { key: string };

const NOTHING: readonly Wanted[] = [];

/**
 * What the server says: asked again when something changes that it is made of, so many milliseconds after each
 * answer, seldom while changes are told, and at once after somebody has signed in again.
 *
 * @param key    what is asked; another key forgets the old answer
 * @param every  real milliseconds; `once` for what another answer would spoil, such as a secret that was scanned
 * @param wanted what it is made of, in the topics of the fleet's stream
 */
export function useAsked<T>(
  key: string,
  ask: () => Promise<T>,
  every: number | 'once' = UNHURRIED,
  wanted: readonly Wanted[] | 'any' = NOTHING,
): Asked<T> {
  const topics = wanted === 'any' ? wanted : wanted.join('\n');
  const nothing: Heard<T> = { key, data: undefined, lost: false, refused: undefined, heardAt: undefined };
  const [heard, setHeard] = useState(nothing);
  const asking = useRef(ask);
  const rounds = useRef({ begun: 0, shown: 0 });
  useEffect(() => {
    asking.current = ask;
  });
  const round = useCallback(async () => {
    const own = ++rounds.current.begun;
    const next = await answered(asking.current, key);
    // An answer that was asked for before the one on the screen is older news.
    if (own < rounds.current.shown) return next;
    rounds.current.shown = own;
    setHeard((before) => (next.data === undefined && before.key === key ? { ...before, ...next } : next));
    return next;
  }, [key]);
  useEffect(() => {
    const of = topics === 'any' ? topics : (topics.split('\n').filter(Boolean) as Wanted[]);
    return askAgain(round, every, of);
  }, [round, every, topics]);
  const { data, lost, refused, heardAt } = heard.key === key ? heard : nothing;
  const again = useCallback(async () => void (await round()), [round]);
  return { data, lost, refused, heardAt, again };
}

/** What a failure does not tell is left out, so that the last answer stays on the screen. */
async function answered<T>(ask: () => Promise<T>, key: string): Promise<Heard<T>> {
  try {
    return { key, data: await ask(), lost: false, refused: undefined, heardAt: Date.now() };
  } catch (error) {
    const refused = error instanceof Refused && !isSignedOut(error) ? error : undefined;
    const told = { key, lost: !(error instanceof Refused), refused };
    return told as Heard<T>;
  }
}

/** @returns ends it */
function askAgain(
  round: () => Promise<Pick<Heard<unknown>, 'lost' | 'data'>>,
  every: number | 'once',
  wanted: readonly Wanted[] | 'any',
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let due = Number.POSITIVE_INFINITY;
  let begun = 0;
  let over = false;
  const usual = every === 'once' ? UNHURRIED : every;
  const gap = Math.min(GAP_MOST, Math.max(GAP_LEAST, usual / 5));
  const plan = (wait: number) => {
    const at = Date.now() + wait;
    if (over || at >= due) return;
    clearTimeout(timer);
    due = at;
    timer = setTimeout(() => void loop(), wait);
  };
  const loop = async () => {
    due = Number.POSITIVE_INFINITY;
    begun = Date.now();
    const { lost, data } = await round();
    over ||= every === 'once' && data !== undefined;
    const told = wanted.length > 0 && lineState() === 'live';
    const seldom = told ? Math.max(usual, Math.min(LIVE_MOST, usual * LIVE_FACTOR)) : usual;
    plan(lost ? RETRY : seldom);
  };
  const onSignedIn = () => plan(0);
  const deaf = hearLine((news) => {
    // What was said before an outage may be wrong after it, and what fails now says that it does.
    if (news === 'lost' || news === 'back') plan(0);
    else if (concerns(news, wanted)) plan(Math.max(0, begun + gap - Date.now()));
  });
  addEventListener(SIGNED_IN, onSignedIn);
  void loop();
  return () => {
    over = true;
    clearTimeout(timer);
    deaf();
    removeEventListener(SIGNED_IN, onSignedIn);
  };
}
