/**
 * Sessions of people on the command line. The server gives them as a cookie; here its secret is kept, and sent as
 * `authorization: Bearer tss1.<secret>`. So whoever types is a person, with a second factor, and not a token.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type OperatorClient, operatorClient } from '@tuesday/protocol';
import { loginFile, reach, type Session } from './session.ts';

const COOKIE = /^tuesday_session=([A-Za-z0-9_-]{43});/;

export interface SigningIn {
  /** Speaks without any credential. */
  readonly client: OperatorClient;
  /** @throws Error when no session was opened yet */
  session: () => Session;
}

export function signingIn(server: string): SigningIn {
  let secret: string | undefined;
  const client = operatorClient(server, undefined, async (url, init) => {
    const response = await reach(url, init);
    for (const cookie of response.headers.getSetCookie()) secret = COOKIE.exec(cookie)?.[1] ?? secret;
    return response;
  });
  return {
    client,
    session() {
      if (secret === undefined) throw new Error('the server opened no session');
      return { server, token: `tss1.${secret}` };
    },
  };
}

export function isPersons({ token }: Session): boolean {
  return token.startsWith('tss1.');
}

/** @returns the file, readable by its owner only */
export function keepLogin(session: Session): string {
  const file = loginFile();
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, `${JSON.stringify(session)}\n`, { mode: 0o600 });
  return file;
}
