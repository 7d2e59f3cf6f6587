/** Who asks, once they have proved it. */
import type { Role } from '@tuesday/protocol';
import type { Actor } from '../audit/actor.ts';

export interface Principal {
  readonly actor: Actor;
  readonly organisation: string;
  /** Roles in the fleet that is asked about; empty when it is not theirs. */
  readonly roles: readonly Role[];
  /** Holds the token that the first run left in the data folder: may make organisations. */
  readonly installation: boolean;
  /** Public id of the session; null for a token. */
  readonly session: string | null;
  /** Public id of the token, also of one that was exchanged for a session. */
  readonly token: string | null;
}
