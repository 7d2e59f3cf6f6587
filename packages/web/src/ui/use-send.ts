import { useCallback, useState } from 'react';
import { type Failure, failureOf } from './failure.ts';

export interface Send {
  busy: boolean;
  failure: Failure | undefined;
  /** Runs the act once; a second press while it runs does nothing. */
  send: (act: () => Promise<unknown>) => Promise<boolean>;
  forget: () => void;
}

/** @param command what does the same from a terminal */
export function useSend(command?: string): Send {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const send = useCallback(
    async (act: () => Promise<unknown>) => {
      setBusy(true);
      setFailure(undefined);
      try {
        await act();
        return true;
      } catch (error) {
        setFailure(failureOf(error, command));
        return false;
      } finally {
        setBusy(false);
      }
    },
    [command],
  );
  return { busy, failure, send, forget: useCallback(() => setFailure(undefined), []) };
}
