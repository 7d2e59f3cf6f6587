import { useEffect } from 'react';

/** A screen on the wall does not go to sleep, where the browser lets a page ask for that. */
export function useAwake(): void {
  useEffect(() => {
    let held: WakeLockSentinel | undefined;
    let over = false;
    const ask = async () => {
      if (!('wakeLock' in navigator) || document.visibilityState !== 'visible') return;
      // Refused on a low battery, and without https: then it stays as it is.
      const lock = await navigator.wakeLock.request('screen').catch(() => undefined);
      if (over) await lock?.release();
      else held = lock;
    };
    // The browser takes it back whenever the page is out of sight.
    const onSight = () => void ask();
    document.addEventListener('visibilitychange', onSight);
    void ask();
    return () => {
      over = true;
      document.removeEventListener('visibilitychange', onSight);
      void held?.release();
    };
  }, []);
}
