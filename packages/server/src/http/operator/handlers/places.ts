/** Places: one handler a route. */
import { createFleet } from '../../../fleets/create-fleet.ts';
import { listFleets } from '../../../fleets/list-fleets.ts';
import { createOrganisation } from '../../../organisations/create-organisation.ts';
import { listOrganisations } from '../../../organisations/list-organisations.ts';
import type { Context } from '../../../context.ts';
import type { HandlersOf } from './asked.ts';
import { disablePerson } from '../../../identity/people/disable.ts';
import { enablePerson } from '../../../identity/people/enable.ts';
import { inviteAgain } from '../../../identity/people/invite-again.ts';
import { invitePerson } from '../../../identity/people/invite.ts';
import { setRoles } from '../../../identity/people/set-roles.ts';
import { listPeople } from '../../../identity/people/view.ts';
import { createToken } from '../../../identity/tokens/create.ts';
import { revokeToken } from '../../../identity/tokens/revoke.ts';
import { listTokens } from '../../../identity/tokens/view.ts';

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
    listPeople: ({ principal }) => listPeople(context, principal),
    invitePerson: ({ principal, body }) => invitePerson(context, principal, body),
    inviteAgain: ({ principal, params, body }) => inviteAgain(context, principal, params.person, body),
    setRoles: ({ principal, params, body }) => setRoles(context, principal, params.person, body),
    disablePerson: ({ principal, params, body }) =>
      disablePerson(context, principal, params.person, body.because),
    enablePerson: ({ principal, params, body }) => enablePerson(context, principal, params.person, body),
    listTokens: ({ principal }) => listTokens(context, principal),
    createToken: ({ principal, body }) => createToken(context, principal, body),
    revokeToken: ({ principal, params }) => revokeToken(context, principal, params.token),
  };
}
