import { useEffect, useState } from 'react';

/** A text once it has not changed for so many milliseconds: nobody is asked at every key. */
export function useSettled(text: string, millis: number): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), millis);
    return () => clearTimeout(timer);
  }, [text, millis]);
  return settled;
}

/** The last thing that was known, while the next is asked for. */
export function useKept<T>(now: T | undefined): T | undefined {
  const [kept, setKept] = useState(now);
  if (now !== undefined && now !== kept) setKept(now);
  return now ?? kept;
}
