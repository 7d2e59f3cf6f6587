/** People for tests: an account with roles and an authenticator, signed in by a session. */
import { randomBytes } from 'node:crypto';
import { type OperatorClient, operatorClient, type Role } from '@tuesday/protocol';
import type { Actor } from '../audit/actor.ts';
import type { Context } from '../context.ts';
import { hashToken } from '../devices/tokens.ts';
import type { Principal } from '../identity/principal.ts';
import { phoneTime } from '../identity/real-time.ts';
import { newTotpSecret, totpCode } from '../identity/totp.ts';
import { seal } from '../secrets/seal.ts';

export interface TestPerson {
  readonly name: string;
  readonly actor: Actor;
  readonly principal: Principal;
  /** Speaks with this person's session cookie, from the console's own pages. */
  readonly client: OperatorClient;
  /** Secret of the session. */
  readonly secret: string;
  /** The code that the authenticator shows now; move the clock by 30 s for the next one. */
  readonly code: () => string;
  /** The same as a proof. */
  readonly factor: () => { kind: 'totp'; code: string };
}

interface Plane {
  readonly context: Pick<Context, 'db' | 'clock' | 'config' | 'fleet' | 'organisation'>;
  readonly url: string;
}

export async function addPerson(
  { context, url }: Plane,
  name: string,
  roles: readonly Role[],
  organisation = context.organisation,
): Promise<TestPerson> {
  const { db, clock, config, fleet } = context;
  const now = clock.now();
  const secret = newTotpSecret();
  await db
    .insertInto('installation.people')
    .values({
      person: name,
      organisation,
      display: name,
      email: `${name}@example.com`,
      state: 'active',
      password: null,
      totp: seal(config, `totp\n${name}`, secret),
      oidc_subject: null,
      created_at: now,
    })
    .execute();
  if (roles.length > 0)
    await db
      .insertInto('installation.roles')
      .values(roles.map((role) => ({ person: name, fleet, role })))
      .execute();
  const cookie = randomBytes(32).toString('base64url');
  const session = `s-${name}`;
  await db
    .insertInto('installation.sessions')
    .values({
      session,
      hash: hashToken(cookie),
      person: name,
      token: null,
      created_at: now,
      // Tests move the clock by days: this one is never idle.
      last_seen_at: now + 365 * 86_400_000,
      expires_at: now + 365 * 86_400_000,
      origin: '127.0.0.1',
      agent: 'test',
      factor: 'totp',
    })
    .execute();
  const actor: Actor = { label: name, person: name, origin: '127.0.0.1', factor: null };
  const code = () => totpCode(secret, phoneTime(clock));
  return {
    name,
    actor,
    principal: { actor, organisation, roles, installation: false, session, token: null },
    client: operatorClient(url, undefined, (to, init) => fetch(to, signedIn(url, cookie, init))),
    secret: cookie,
    code,
    factor: () => ({ kind: 'totp', code: code() }),
  };
}

function signedIn(url: string, cookie: string, init: RequestInit): RequestInit {
  const headers = new Headers(init.headers);
  headers.set('cookie', `tuesday_session=${cookie}`);
  headers.set('origin', url);
  return { ...init, headers };
}
