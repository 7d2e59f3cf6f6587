/** Places: one handler a route. */
import { createFleet } from '../../../fleets/create-fleet.ts';
import { listFleets } from '../../../fleets/list-fleets.ts';
import { createOrganisation } from '../../../organisations/create-organisation.ts';
import { listOrganisations } from '../../../organisations/list-organisations.ts';
import type { Context } from '../../../context.ts';
import type { HandlersOf } from './asked.ts';
import { notBuilt } from './not-built.ts';

type Names =
  | 'listOrganisations'
  | 'createOrganisation'
  | 'listFleets'
  | 'createFleet'
  | 'listPeople'
  | 'invitePerson'
  | 'inviteAgain'
  | 'setRoles'
  | 'disablePerson'
  | 'enablePerson'
  | 'listTokens'
  | 'createToken'
  | 'revokeToken';

export function placesHandlers(context: Context): HandlersOf<Names> {
  return {
    listOrganisations: () => listOrganisations(context),
    createOrganisation: ({ actor, body }) => createOrganisation(context, actor, body),
    listFleets: ({ principal }) => listFleets(context, principal),
    createFleet: ({ principal, body }) => createFleet(context, principal, body),
    listPeople: () => notBuilt('listPeople'),
    invitePerson: () => notBuilt('invitePerson'),
    inviteAgain: () => notBuilt('inviteAgain'),
    setRoles: () => notBuilt('setRoles'),
    disablePerson: () => notBuilt('disablePerson'),
    enablePerson: () => notBuilt('enablePerson'),
    listTokens: () => notBuilt('listTokens'),
    createToken: () => notBuilt('createToken'),
    revokeToken: () => notBuilt('revokeToken'),
  };
}
