/** One handler a route of the table: what is not here does not compile. */
import type { RouteName } from '@tuesday/protocol';
import type { ArtifactStore } from '../../artifacts/store.ts';
import type { Context } from '../../context.ts';
import type { HandlersOf } from './handlers/asked.ts';
import { auditHandlers } from './handlers/audit.ts';
import { codesHandlers } from './handlers/codes.ts';
import { consentHandlers } from './handlers/consent.ts';
import { devicesHandlers } from './handlers/devices.ts';
import { filterHandlers } from './handlers/filters.ts';
import { identityHandlers } from './handlers/identity.ts';
import { incidentsHandlers } from './handlers/incidents.ts';
import { noticesHandlers } from './handlers/notices.ts';
import { parityHandlers } from './handlers/parity.ts';
import { placesHandlers } from './handlers/places.ts';
import { recoveriesHandlers } from './handlers/recoveries.ts';
import { registerHandlers } from './handlers/register.ts';
import { releasesHandlers } from './handlers/releases.ts';
import { rolloutsHandlers } from './handlers/rollouts.ts';
import { scheduleHandlers } from './handlers/schedule.ts';
import type { Live } from './desks.ts';

export type Handlers = HandlersOf<RouteName>;

export function handlersOf(context: Context, store: ArtifactStore, live: Live): Handlers {
  return {
    ...identityHandlers(context),
    ...placesHandlers(context),
    ...releasesHandlers(context, store),
    ...parityHandlers(context),
    ...devicesHandlers(context, live.fleet),
    ...filterHandlers(context),
    ...codesHandlers(context),
    ...scheduleHandlers(context),
    ...rolloutsHandlers(context, live.rollouts),
    ...consentHandlers(context),
    ...incidentsHandlers(context),
    ...recoveriesHandlers(context),
    ...registerHandlers(context),
    ...noticesHandlers(context),
    ...auditHandlers(context),
  };
}
