/** Who may do what: roles that a person has in a fleet, and the permissions that each route needs. */
import * as z from 'zod';
import { instantSchema } from './ids.ts';

/**
 * viewer looks. support looks up codes and files tickets. operator rolls out, halts and recalls. approver
 * consents. commander may break the glass. admin looks after people, policy and notifications. Roles add up.
 */
export const roleSchema = z.enum(['viewer', 'support', 'operator', 'approver', 'commander', 'admin']);
export type Role = z.infer<typeof roleSchema>;

/** What a route needs, and which roles have it. Stopping and going back is open to more than going forward. */
export const PERMISSIONS = {
  read: ['viewer', 'support', 'operator', 'approver', 'commander', 'admin'],
  ticket: ['support', 'operator', 'commander', 'admin'],
  operate: ['operator', 'commander'],
  stop: ['operator', 'commander'],
  approve: ['approver', 'commander'],
  'break-glass': ['commander'],
  administer: ['admin'],
} as const satisfies Record<string, readonly Role[]>;
export type Permission = keyof typeof PERMISSIONS;

export function isAllowed(roles: readonly Role[], permission: Permission): boolean {
  const having: readonly Role[] = PERMISSIONS[permission];
  return roles.some((role) => having.includes(role));
}

/** A second proof that the person is there, given with the act that needs it. */
export const factorSchema = z.discriminatedUnion('kind', [
  /** Six digits of RFC 6238; each time step is taken once. */
  z.object({ kind: z.literal('totp'), code: z.string().regex(/^\d{6}$/, 'six digits') }),
  z.object({ kind: z.literal('recovery'), code: z.string().min(8).max(64) }),
  /** An assertion for the challenge of the ceremony, which was begun for this very act. */
  z.object({
    kind: z.literal('passkey'),
    ceremony: z.string().min(1).max(64),
    response: z.record(z.string(), z.unknown()),
  }),
]);
export type FactorProof = z.infer<typeof factorSchema>;
export const factorKindSchema = z.enum(['totp', 'recovery', 'passkey']);
export type FactorKind = z.infer<typeof factorKindSchema>;

/** Whom the audit log calls so is the product itself. */
const ENGINE: readonly string[] = ['judge', 'engine', 'nobody'];

export function isEngineName(name: string): boolean {
  return ENGINE.includes(name.trim().toLowerCase());
}

const notTheEngine = { message: 'the audit log calls the product itself so; use another name' };

/** Name to sign in with: lower case, as on the wire and in the audit log. */
export const personNameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'use 1 to 64 lower-case letters, digits, ".", "_" or "-"')
  .refine((name) => !isEngineName(name), notTheEngine);

/** What the audit log calls a token. */
export const tokenLabelSchema = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .refine((label) => !isEngineName(label), notTheEngine);
export type PersonName = z.infer<typeof personNameSchema>;

/** Name of an organisation or a fleet. */
export const placeSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'use 1 to 40 lower-case letters, digits or "-", starting with a letter');

/** Roles by fleet. */
export const grantsSchema = z.record(placeSchema, z.array(roleSchema).max(6));
export type Grants = z.infer<typeof grantsSchema>;

/** An approver who is away lets a named person consent for them, for a time. */
export const delegationSchema = z
  .object({ to: personNameSchema, from: instantSchema, until: instantSchema })
  .refine(({ from, until }) => from < until, { path: ['until'], message: 'must be later than from' });
export type Delegation = z.infer<typeof delegationSchema>;
