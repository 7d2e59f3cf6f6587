import type { RolloutView } from '@tuesday/protocol';
import { useEffect, useState } from 'react';
import type { Refused } from '../api.ts';
import { anchorOf } from '../session/session.ts';
import type { Anchor } from '../time.ts';
import { watchLive } from './live.ts';

export interface Live {
  view: RolloutView | undefined;
  anchor: Anchor;
  lost: boolean;
  /** The viewer's time of the last word from the server. */
  heardAt: number | undefined;
  refused: Refused | undefined;
}

export function useLive(rollout: string, first: Anchor, onSignedOut: () => void): Live {
  const [live, setLive] = useState<Live>({
    view: undefined,
    anchor: first,
    lost: false,
    heardAt: undefined,
    refused: undefined,
  });
  useEffect(() => {
    const change = (part: Partial<Live>) => setLive((before) => ({ ...before, ...part }));
    return watchLive(rollout, {
      view: (view) =>
        setLive((before) => ({
          ...before,
          view,
          heardAt: Date.now(),
          anchor: anchorOf({ now: view.now, clockRate: before.anchor.rate }),
        })),
      status: (status) => change({ anchor: anchorOf(status), heardAt: Date.now() }),
      connected: () => change({ lost: false, refused: undefined }),
      lost: () => change({ lost: true }),
      signedOut: onSignedOut,
      refused: (refused) => change({ refused }),
    });
  }, [rollout, onSignedOut]);
  return live;
}
