/** Which server and fleet, and in whose name: flags, environment, `tuesday login`, then a server started here. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type OperatorClient, operatorClient, placeSchema, refuse } from '@tuesday/protocol';
import envPaths from 'env-paths';
import { RefusedHere } from './failures.ts';

export interface Session {
  server: string;
  /** Of an operator, `tso1.…`; or of the session of a person, `tss1.…`. */
  token: string;
  /** Absent: the fleet that the token is for. */
  fleet?: string | undefined;
}

/** Where `tuesday login` keeps server and token. */
export function loginFile(): string {
  return join(envPaths('tuesday', { suffix: '' }).config, 'operator.json');
}

/** What `tuesday login` kept. */
export function keptLogin(): Session | undefined {
  return readSession(loginFile());
}

/** @throws RefusedHere `unauthenticated` when no server or token is known */
export function findSession(flags: { server?: string | undefined; fleet?: string | undefined }): Session {
  const kept = [loginFile(), join('tuesday-data', 'current.json')]
    .map(readSession)
    .filter((session) => session !== undefined);
  const server = flags.server ?? process.env['TUESDAY_SERVER'] ?? kept[0]?.server;
  if (server === undefined) {
    throw new RefusedHere(
      refuse('unauthenticated', 'No server is known.', { try: 'tuesday login --server URL, or npm start' }),
    );
  }
  const origin = originOf(server);
  // A token is shown to the server that it came with, and to no other.
  const known = kept.find((one) => originOf(one.server) === origin);
  const token = process.env['TUESDAY_TOKEN'] ?? known?.token;
  if (token === undefined) {
    throw new RefusedHere(
      refuse('unauthenticated', `No token is known for ${origin}.`, {
        try: `tuesday login --server ${origin}, or set TUESDAY_TOKEN`,
      }),
    );
  }
  return { server: origin, token, fleet: fleetNamed(flags.fleet) ?? known?.fleet };
}

/** @throws RefusedHere `bad-request` when no fleet can have this name */
export function fleetNamed(flag: string | undefined): string | undefined {
  const named = flag ?? process.env['TUESDAY_FLEET'];
  if (named === undefined || named === '') return undefined;
  if (placeSchema.safeParse(named).success) return named;
  throw new RefusedHere(refuse('bad-request', `"${named}" is not the name of a fleet.`, { field: 'fleet' }));
}

/** Where the fleet answers. */
export function baseOf({ server, fleet }: Pick<Session, 'server' | 'fleet'>): string {
  return fleet === undefined ? server : `${server}/fleets/${fleet}`;
}

/** @throws RefusedHere `bad-request` when it is not an http address */
export function originOf(server: string): string {
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url.origin;
  throw new RefusedHere(refuse('bad-request', `"${server}" is not an http address.`, { field: 'server' }));
}

export function clientOf(session: Session): OperatorClient {
  return operatorClient(baseOf(session), session.token, reach);
}

/** `fetch` says "fetch failed"; a person wants to know what could not be reached. */
export async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (cause) {
    if (init.signal?.aborted) throw cause;
    throw new Error(`${new URL(url).origin} cannot be reached`, { cause });
  }
}

function readSession(file: string): Session | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const { server, token, fleet } = JSON.parse(readFileSync(file, 'utf8')) as Partial<Session>;
    return typeof server === 'string' && typeof token === 'string' ? { server, token, fleet } : undefined;
  } catch (cause) {
    throw new Error(`${file} cannot be read`, { cause });
  }
}
