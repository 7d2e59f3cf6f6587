import { useEffect, useState } from 'react';
import { isSignedOut } from '../api.ts';

export interface Polled<T> {
  data: T | undefined;
  lost: boolean;
  heardAt: number | undefined;
}

/** Asks again so many milliseconds after each answer. `ask` must keep its identity. */
export function usePolled<T>(ask: () => Promise<T>, every: number, onSignedOut: () => void): Polled<T> {
  const [polled, setPolled] = useState<Polled<T>>({ data: undefined, lost: false, heardAt: undefined });
  useEffect(() => {
    let ended = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const round = async () => {
      try {
        const data = await ask();
        if (!ended) setPolled({ data, lost: false, heardAt: Date.now() });
      } catch (error) {
        if (!ended && isSignedOut(error)) return onSignedOut();
        if (!ended) setPolled((before) => ({ ...before, lost: true }));
      }
      if (!ended) timer = setTimeout(() => void round(), every);
    };
    void round();
    return () => {
      ended = true;
      clearTimeout(timer);
    };
  }, [ask, every, onSignedOut]);
  return polled;
}
