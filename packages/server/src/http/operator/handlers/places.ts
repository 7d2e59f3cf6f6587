/** Places: one handler a route. */
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

export function placesHandlers(_context: Context): HandlersOf<Names> {
  return {
    listOrganisations: () => notBuilt('listOrganisations'),
    createOrganisation: () => notBuilt('createOrganisation'),
    listFleets: () => notBuilt('listFleets'),
    createFleet: () => notBuilt('createFleet'),
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
