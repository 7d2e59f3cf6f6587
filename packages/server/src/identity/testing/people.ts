/** People for the tests of identity: invited and joined over the wire, as everybody is. */
import { type OperatorClient, operatorClient, type Role } from '@tuesday/protocol';
import type { TestPlane } from '../../http/operator/testing/control-plane.ts';
import { phoneTime } from '../real-time.ts';
import { totpCode } from '../totp.ts';
import { SoftAuthenticator } from './authenticator.ts';

export const PASSWORD = 'four plain words here';

/** The plane under a name that passkeys can belong to. */
export function named({ url }: Pick<TestPlane, 'url'>): string {
  return url.replace('127.0.0.1', 'localhost');
}

/** A browser: it keeps the cookies that it is given, and says where its page comes from. */
export interface Browser {
  readonly client: OperatorClient;
  readonly cookies: Map<string, string>;
  /** Follows no redirect. */
  open(path: string): Promise<Response>;
}

/** @param page where the page that asks comes from */
export function browser(url: string, page = url): Browser {
  const cookies = new Map<string, string>();
  const send = async (to: string, init: RequestInit) => {
    const headers = new Headers(init.headers);
    if (cookies.size > 0) headers.set('cookie', [...cookies].map(([k, v]) => `${k}=${v}`).join('; '));
    headers.set('origin', page);
    const response = await fetch(to, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = '', age = ''] = /^([^=]+)=([^;]*);.*Max-Age=(\d+)/.exec(line) ?? [];
      if (age === '0') cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  };
  return { cookies, client: operatorClient(url, undefined, send), open: (path) => send(`${url}${path}`, {}) };
}

export async function invite(plane: TestPlane, name: string, roles: readonly Role[] = ['viewer']) {
  return plane.client.call('invitePerson', {
    body: {
      name,
      display: name,
      email: `${name}@example.com`,
      roles: roles.length > 0 ? { main: [...roles] } : {},
    },
  });
}

export async function joinWithPassword(plane: TestPlane, name: string, roles?: readonly Role[]) {
  const { invitation } = await invite(plane, name, roles);
  const at = browser(named(plane));
  const { secret } = await at.client.call('totpForJoining', { body: { invitation } });
  const code = () => totpCode(secret, phoneTime(plane.clock));
  const joined = await at.client.call('join', {
    body: { invitation, password: PASSWORD, totp: { secret, code: code() } },
  });
  const factor = () => {
    // The step of the last code is used up.
    plane.clock.time += 30_000;
    return { kind: 'totp' as const, code: code() };
  };
  return { ...at, ...joined, secret, code, factor };
}

export async function joinWithPasskey(plane: TestPlane, name: string, roles?: readonly Role[]) {
  const { invitation } = await invite(plane, name, roles);
  const at = browser(named(plane));
  const authenticator = new SoftAuthenticator(named(plane));
  const { ceremony, options } = await at.client.call('beginPasskeyJoin', { body: { invitation } });
  const response = authenticator.create(options);
  const joined = await at.client.call('join', {
    body: { invitation, passkey: { ceremony, response, label: 'laptop' } },
  });
  const factor = async (purpose: string) => {
    const asked = await at.client.call('stepUp', { body: { purpose } });
    return { kind: 'passkey' as const, ceremony: asked.ceremony, response: authenticator.get(asked.options) };
  };
  return { ...at, ...joined, authenticator, factor };
}

/** @returns code of the refusal, or `ok` */
export async function outcome(asked: Promise<unknown>): Promise<string> {
  return asked.then(
    () => 'ok',
    (error: unknown) => (error as { refusal?: { code: string } }).refusal?.code ?? String(error),
  );
}
