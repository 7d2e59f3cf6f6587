/** The handlers of each fleet, made when it is first asked about. */
import type { ArtifactStore } from '../../artifacts/store.ts';
import type { Context } from '../../context.ts';
import { handlersOf, type Handlers } from './handlers.ts';
import { LiveFleet } from './live-fleet.ts';
import { LiveRollouts } from './live.ts';

export interface Live {
  readonly rollouts: LiveRollouts;
  readonly fleet: LiveFleet;
}

export class Desks {
  readonly #store: ArtifactStore;
  readonly #desks = new Map<Context, { readonly handlers: Handlers; readonly live: Live }>();

  constructor(store: ArtifactStore) {
    this.#store = store;
  }

  of(context: Context): Handlers {
    const known = this.#desks.get(context);
    if (known) return known.handlers;
    const live = { rollouts: new LiveRollouts(context), fleet: new LiveFleet(context) };
    const handlers = handlersOf(context, this.#store, live);
    this.#desks.set(context, { handlers, live });
    return handlers;
  }

  /** Ends all streams. */
  close(): void {
    for (const { live } of this.#desks.values()) {
      live.rollouts.close();
      live.fleet.close();
    }
  }
}
