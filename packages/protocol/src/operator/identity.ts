/** Accounts, sessions, tokens and people, as the operator API speaks of them. */
import * as z from 'zod';
import { instantSchema } from '../ids.ts';
import {
  factorKindSchema,
  factorSchema,
  grantsSchema,
  personNameSchema,
  placeSchema,
  roleSchema,
  tokenLabelSchema,
} from '../people.ts';

/** Options and responses of WebAuthn Level 3 in their JSON forms (5.1.8 to 5.1.10), passed on as they are. */
const webauthnSchema = z.record(z.string(), z.unknown());
const passwordSchema = z
  .string()
  .min(12, 'use at least 12 characters; a few words do')
  .max(256, 'use at most 256 characters');
const invitationSchema = z.string().min(20).max(128);

/** A ceremony that the browser's authenticator has to answer within its time. */
export const ceremonyViewSchema = z.object({ ceremony: z.string(), options: webauthnSchema });
export type CeremonyView = z.infer<typeof ceremonyViewSchema>;
export const ceremonyAnswerSchema = z.object({
  ceremony: z.string().min(1).max(64),
  response: webauthnSchema,
});

export const signInWaysViewSchema = z.object({
  passkey: z.literal(true),
  password: z.literal(true),
  /** Label of the button, and where it leads; null when no provider is set. */
  oidc: z.object({ label: z.string(), url: z.string() }).nullable(),
});
export type SignInWaysView = z.infer<typeof signInWaysViewSchema>;

export const passwordSignInSchema = z.object({
  name: personNameSchema,
  password: z.string().min(1).max(256),
  /** Left out on the first try; `factor-needed` asks for it. */
  factor: factorSchema.optional(),
});

/** What the provider sends back with the browser: RFC 6749 4.1.2, RFC 9207, OpenID Connect Core 3.1.2.5. */
export const oidcCallbackSchema = z.record(z.string().max(64), z.string().max(4_096));

export const accountViewSchema = z.object({
  name: z.string(),
  display: z.string(),
  email: z.string().nullable(),
  organisation: z.string(),
  /** Fleets that this person can see, with the roles there. */
  fleets: z.array(z.object({ fleet: placeSchema, name: z.string(), roles: z.array(roleSchema) })),
  /** How this person can prove to be there; empty means that approving is out of reach. */
  factors: z.array(factorKindSchema),
  /** What this request came with. */
  via: z.enum(['session', 'token']),
  passkeys: z.array(
    z.object({
      passkey: z.string(),
      label: z.string(),
      createdAt: instantSchema,
      lastUsedAt: instantSchema.nullable(),
    }),
  ),
  hasPassword: z.boolean(),
  recoveryCodesLeft: z.int(),
});
export type AccountView = z.infer<typeof accountViewSchema>;

/** What an invitation shows to whoever holds its link. */
export const invitationViewSchema = z.object({
  name: z.string(),
  display: z.string(),
  organisation: z.string(),
  expiresAt: instantSchema,
});
export type InvitationView = z.infer<typeof invitationViewSchema>;
export const invitationRequestSchema = z.object({ invitation: invitationSchema });

/** Either a passkey, or a password with a time-based code. */
export const joinRequestSchema = z.object({
  invitation: invitationSchema,
  passkey: ceremonyAnswerSchema.extend({ label: z.string().trim().min(1).max(64) }).optional(),
  password: passwordSchema.optional(),
  /** The first code of the secret that `totpForJoining` gave. */
  totp: z.object({ secret: z.string().min(16).max(128), code: z.string().regex(/^\d{6}$/) }).optional(),
});
/** Shown once. */
export const joinedViewSchema = z.object({ name: z.string(), recoveryCodes: z.array(z.string()) });
export type JoinedView = z.infer<typeof joinedViewSchema>;

/** A new secret; it counts once its first code has come back. */
export const totpSecretViewSchema = z.object({
  secret: z.string(),
  /** `otpauth://totp/…` for a QR code. */
  url: z.string(),
});
export const totpConfirmSchema = z.object({
  secret: z.string().min(16).max(128),
  code: z.string().regex(/^\d{6}$/, 'six digits'),
  /** Proof by what the account has already, where it has any. */
  factor: factorSchema.optional(),
});
export const passkeyAddSchema = ceremonyAnswerSchema.extend({
  label: z.string().trim().min(1).max(64),
  factor: factorSchema.optional(),
});
export const passwordSetSchema = z.object({ password: passwordSchema, factor: factorSchema });
export const recoveryCodesViewSchema = z.object({ recoveryCodes: z.array(z.string()) });
export const factorRequestSchema = z.object({ factor: factorSchema });

/**
 * What a passkey is asked to vouch for, `<verb>:<digest or object>`; an assertion for one act is worth nothing for
 * another. These are the purposes of acts on accounts, people and tokens.
 */
export const purposes = {
  addPasskey: 'account:add-passkey',
  removePasskey: (passkey: string) => `account:remove-passkey:${passkey}`,
  setTotp: 'account:totp',
  setPassword: 'account:password',
  newRecoveryCodes: 'account:recovery-codes',
  invitePerson: (person: string) => `people:invite:${person}`,
  inviteAgain: (person: string) => `people:invite-again:${person}`,
  setRoles: (person: string) => `people:roles:${person}`,
  enablePerson: (person: string) => `people:enable:${person}`,
  createToken: (label: string) => `token:create:${label}`,
} as const;

export const stepUpRequestSchema = z.object({ purpose: z.string().min(3).max(300) });

export const sessionViewSchema = z.object({
  session: z.string(),
  /** It is the one that asks. */
  current: z.boolean(),
  createdAt: instantSchema,
  lastSeenAt: instantSchema,
  expiresAt: instantSchema,
  origin: z.string(),
  agent: z.string(),
  factor: factorKindSchema.nullable(),
});
export const sessionListViewSchema = z.object({ sessions: z.array(sessionViewSchema) });
export type SessionListView = z.infer<typeof sessionListViewSchema>;

export const tokenRequestSchema = z.object({
  label: tokenLabelSchema,
  /** Roles that the token has in the fleet; never more than its maker has. */
  roles: z.array(roleSchema).min(1).max(6),
  fleet: placeSchema,
  /** Days until it expires. */
  days: z.int().min(1).max(366).default(90),
  factor: factorSchema.optional(),
});
export const tokenViewSchema = z.object({
  token: z.string(),
  label: z.string(),
  madeBy: z.string().nullable(),
  fleet: placeSchema,
  roles: z.array(roleSchema),
  createdAt: instantSchema,
  expiresAt: instantSchema.nullable(),
  lastUsedAt: instantSchema.nullable(),
});
export const tokenListViewSchema = z.object({ tokens: z.array(tokenViewSchema) });
export type TokenListView = z.infer<typeof tokenListViewSchema>;
/** `secret` is shown once. */
export const tokenMadeViewSchema = z.object({ token: tokenViewSchema, secret: z.string() });

export const personRequestSchema = z.object({
  name: personNameSchema,
  display: z.string().trim().min(1).max(120),
  email: z.email().max(254).optional(),
  roles: grantsSchema,
  /** Wanted of a person who has one: a stolen session makes no accounts. */
  factor: factorSchema.optional(),
});
export const personViewSchema = z.object({
  name: z.string(),
  display: z.string(),
  email: z.string().nullable(),
  state: z.enum(['invited', 'active', 'disabled']),
  roles: grantsSchema,
  factors: z.array(factorKindSchema),
  createdAt: instantSchema,
});
export type PersonView = z.infer<typeof personViewSchema>;
export const personListViewSchema = z.object({ people: z.array(personViewSchema) });
/** The link is shown once; whoever opens it sets up the account. */
export const invitedViewSchema = z.object({
  person: personViewSchema,
  invitation: z.string(),
  /** Path and fragment to put behind the console's address. */
  path: z.string(),
  expiresAt: instantSchema,
});
export type InvitedView = z.infer<typeof invitedViewSchema>;
export const rolesRequestSchema = z.object({
  roles: grantsSchema,
  because: z.string().trim().min(1).max(1_000),
  factor: factorSchema.optional(),
});
export const personActRequestSchema = rolesRequestSchema.omit({ roles: true });

export const fleetEntryViewSchema = z.object({
  fleet: placeSchema,
  name: z.string(),
  createdAt: instantSchema,
});
export const fleetListViewSchema = z.object({
  organisation: placeSchema,
  fleets: z.array(fleetEntryViewSchema),
});
export type FleetListView = z.infer<typeof fleetListViewSchema>;
export const fleetRequestSchema = z.object({ fleet: placeSchema, name: z.string().trim().min(1).max(120) });
export const organisationRequestSchema = z.object({
  organisation: placeSchema,
  name: z.string().trim().min(1).max(120),
  /** Its first fleet, and the person who looks after both. */
  fleet: placeSchema,
  admin: personRequestSchema.omit({ roles: true, factor: true }),
});
export type OrganisationRequest = z.infer<typeof organisationRequestSchema>;
export const organisationListViewSchema = z.object({
  organisations: z.array(
    z.object({
      organisation: placeSchema,
      name: z.string(),
      fleets: z.array(placeSchema),
      createdAt: instantSchema,
    }),
  ),
});
export type OrganisationListView = z.infer<typeof organisationListViewSchema>;
