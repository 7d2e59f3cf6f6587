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

type Heard<T> = Omit<Asked<T>, 'again'> & { key: string };

/**
 * What the server says, asked again so many milliseconds after each answer, and at once after somebody has
 * signed in again.
 *
 * @param key what is asked; another key forgets the old answer
 */
export function useAsked<T>(key: string, ask: () => Promise<T>, every = 15_000): Asked<T> {
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
    if (own < rounds.current.shown) return;
    rounds.current.shown = own;
    setHeard((before) => (next.data === undefined && before.key === key ? { ...before, ...next } : next));
  }, [key]);
  useEffect(() => {
    let ended = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const loop = async () => {
      await round();
      if (!ended) timer = setTimeout(() => void loop(), every);
    };
    const onSignedIn = () => void round();
    addEventListener(SIGNED_IN, onSignedIn);
    void loop();
    return () => {
      ended = true;
      clearTimeout(timer);
      removeEventListener(SIGNED_IN, onSignedIn);
    };
  }, [round, every]);
  const { data, lost, refused, heardAt } = heard.key === key ? heard : nothing;
  return { data, lost, refused, heardAt, again: round };
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
