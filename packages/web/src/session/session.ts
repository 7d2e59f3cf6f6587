import type { StatusView } from '@tuesday/protocol';
import { call } from '../api.ts';
import type { Anchor } from '../time.ts';

/** What every screen knows once somebody is signed in. */
export interface Session {
  readonly status: StatusView;
  /** Zone of the change windows; the judge's sentences speak in it. */
  readonly zone: string;
  readonly anchor: Anchor;
}

export function anchorOf({ now, clockRate }: Pick<StatusView, 'now' | 'clockRate'>): Anchor {
  return { fleet: now, real: Date.now(), rate: clockRate };
}

/** @throws Refused `unauthenticated` when nobody is signed in */
export async function readSession(): Promise<Session> {
  const status = await call('status');
  const anchor = anchorOf(status);
  const { calendar } = await call('viewPolicy');
  return { status, zone: calendar.zone, anchor };
}

export async function signIn(token: string): Promise<void> {
  await call('signIn', { body: { token } });
}
