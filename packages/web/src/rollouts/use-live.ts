import type { RolloutView } from '@tuesday/protocol';
import { useEffect, useState } from 'react';
import type { Refused } from '../api.ts';
import { anchorOf } from '../session/session.ts';
import type { Anchor } from '../time.ts';
import { watchLive } from './live.ts';

export interface Live {
  view: RolloutView | undefined;
  lost: boolean;
  /** The viewer's time of the last word from the server. */
  heardAt: number | undefined;
  refused: Refused | undefined;
}

const NOTHING: Live = { view: undefined, lost: false, heardAt: undefined, refused: undefined };

/** @param onAnchor the server said what time it is; keeps its identity */
export function useLive(rollout: string, onAnchor: (anchor: Anchor) => void): Live {
  const [live, setLive] = useState(NOTHING);
  useEffect(() => {
    const change = (part: Partial<Live>) => setLive((before) => ({ ...before, ...part }));
    return watchLive(rollout, {
      view: (view) => change({ view, heardAt: Date.now() }),
      status: (status) => {
        onAnchor(anchorOf(status));
        change({ heardAt: Date.now() });
      },
      connected: () => change({ lost: false, refused: undefined }),
      lost: () => change({ lost: true }),
      refused: (refused) => change({ refused }),
    });
  }, [rollout, onAnchor]);
  return live;
}
