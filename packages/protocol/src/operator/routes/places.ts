/** Organisations, fleets, people and tokens. */
import * as z from 'zod';
import { personNameSchema } from '../../people.ts';
import * as identity from '../identity.ts';
import * as requests from '../requests.ts';
import type { Route } from '../route.ts';
import * as views from '../views.ts';

const person = z.object({ person: personNameSchema });
const token = z.object({ token: z.string().min(1).max(64) });

export const placeRoutes = {
  listOrganisations: {
    method: 'GET',
    path: '/v1/organisations',
    summary: 'Every organisation of this installation',
    needs: 'installation',
    answer: identity.organisationListViewSchema,
  },

  createOrganisation: {
    method: 'POST',
    path: '/v1/organisations',
    summary: 'A new organisation with its first fleet and admin',
    needs: 'installation',
    body: identity.organisationRequestSchema,
    answer: identity.invitedViewSchema,
  },

  listFleets: {
    method: 'GET',
    path: '/v1/fleets',
    summary: 'The fleets of the organisation that one can see',
    needs: 'self',
    answer: identity.fleetListViewSchema,
  },

  createFleet: {
    method: 'POST',
    path: '/v1/fleets',
    summary: 'A further fleet of the organisation',
    needs: 'administer',
    body: identity.fleetRequestSchema,
    answer: identity.fleetListViewSchema,
  },

  listPeople: {
    method: 'GET',
    path: '/v1/people',
    summary: 'People of the organisation and their roles',
    needs: 'read',
    answer: identity.personListViewSchema,
  },

  invitePerson: {
    method: 'POST',
    path: '/v1/people',
    summary: 'Invite a person; the link is shown once',
    needs: 'administer',
    body: identity.personRequestSchema,
    answer: identity.invitedViewSchema,
  },

  inviteAgain: {
    method: 'POST',
    path: '/v1/people/:person/invite',
    summary: 'A new link for a person who has lost every way in',
    needs: 'administer',
    params: person,
    body: identity.personActRequestSchema,
    answer: identity.invitedViewSchema,
  },

  setRoles: {
    method: 'PUT',
    path: '/v1/people/:person/roles',
    summary: 'Replace the roles of a person',
    needs: 'administer',
    params: person,
    body: identity.rolesRequestSchema,
    answer: identity.personViewSchema,
  },

  disablePerson: {
    method: 'POST',
    path: '/v1/people/:person/disable',
    summary: 'End all sessions and tokens of a person and let them in no more',
    needs: 'administer',
    params: person,
    body: requests.actRequestSchema,
    answer: identity.personViewSchema,
  },

  enablePerson: {
    method: 'POST',
    path: '/v1/people/:person/enable',
    summary: 'Let a disabled person in again',
    needs: 'administer',
    params: person,
    body: identity.personActRequestSchema,
    answer: identity.personViewSchema,
  },

  listTokens: {
    method: 'GET',
    path: '/v1/tokens',
    summary: 'API tokens of the fleet',
    needs: 'administer',
    answer: identity.tokenListViewSchema,
  },

  createToken: {
    method: 'POST',
    path: '/v1/tokens',
    summary: 'An API token with roles and an expiry; the secret is shown once',
    needs: 'self',
    body: identity.tokenRequestSchema,
    answer: identity.tokenMadeViewSchema,
  },

  revokeToken: {
    method: 'DELETE',
    path: '/v1/tokens/:token',
    summary: "End an API token; one's own, or any with the admin role",
    needs: 'self',
    params: token,
    answer: views.okViewSchema,
  },
} as const satisfies Record<string, Route>;
