import type { AccountView, StatusView } from '@tuesday/protocol';
import { call } from '../api.ts';
import { prefixOf } from '../route.ts';
import type { Anchor } from '../time.ts';

/** What every screen knows once somebody is signed in. */
export interface Session {
  readonly status: StatusView;
  /** Zone of the change windows; the judge's sentences speak in it. */
  readonly zone: string;
  readonly anchor: Anchor;
  readonly account: AccountView;
}

export function anchorOf({ now, clockRate }: Pick<StatusView, 'now' | 'clockRate'>): Anchor {
  return { fleet: now, real: Date.now(), rate: clockRate };
}

/** @throws Refused `unauthenticated` when nobody is signed in */
export async function readSession(): Promise<Session> {
  const account = await call('viewAccount');
  nameFleet(account);
  const status = await call('status');
  const anchor = anchorOf(status);
  const { calendar } = await call('viewPolicy');
  return { status, zone: calendar.zone, anchor, account };
}

/** Of several fleets the address says which one it is, so that a link means the same to everybody. */
function nameFleet({ fleets }: Pick<AccountView, 'fleets'>): void {
  const mine = fleets.find(({ roles }) => roles.length > 0) ?? fleets[0];
  if (fleets.length < 2 || !mine || prefixOf(location.pathname) !== '') return;
  history.replaceState(null, '', `/fleets/${mine.fleet}${location.pathname}${location.search}`);
  dispatchEvent(new PopStateEvent('popstate'));
}

export async function signIn(token: string): Promise<void> {
  await call('signIn', { body: { token } });
}
