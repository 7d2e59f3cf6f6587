import { useCallback, useEffect, useRef, useState } from 'react';
import { isSignedOut, Refused, SIGNED_IN } from '../api.ts';

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

type Heard<T> = Omit<Asked<T>, 'again'> & { key: string };

/**
 * What the server says, asked again so many milliseconds after each answer, and at once after somebody has
 * signed in again.
 *
 * @param key   what is asked; another key forgets the old answer
 * @param every real milliseconds; `once` for what another answer would spoil, such as a secret that was scanned
 */
export function useAsked<T>(
  key: string,
  ask: () => Promise<T>,
  every: number | 'once' = UNHURRIED,
): Asked<T> {
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
    let ended = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let settled = false;
    const loop = async () => {
      const { lost, data } = await round();
      settled = every === 'once' && data !== undefined;
      const wait = lost ? RETRY : every === 'once' ? UNHURRIED : every;
      if (!ended && !settled) timer = setTimeout(() => void loop(), wait);
    };
    const onSignedIn = () => {
      if (!settled) void round();
    };
    addEventListener(SIGNED_IN, onSignedIn);
    void loop();
    return () => {
      ended = true;
      clearTimeout(timer);
      removeEventListener(SIGNED_IN, onSignedIn);
    };
  }, [round, every]);
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
