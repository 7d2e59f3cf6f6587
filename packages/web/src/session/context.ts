import { createContext, useContext } from 'react';
import type { Anchor } from '../time.ts';
import type { Session } from './session.ts';

export interface SessionHolder {
  readonly session: Session;
  /** The server has said what time it is. */
  readonly onAnchor: (anchor: Anchor) => void;
  /** Reads the account again after something about it has changed. */
  readonly renew: () => Promise<void>;
}

export const SessionContext = createContext<SessionHolder | undefined>(undefined);

export function useSession(): SessionHolder {
  const holder = useContext(SessionContext);
  if (!holder) throw new Error('this screen needs somebody who is signed in');
  return holder;
}
