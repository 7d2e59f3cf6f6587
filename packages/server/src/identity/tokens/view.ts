/** API tokens as they are shown. */
import type { Role, TokenListView } from '@tuesday/protocol';
import type { Context } from '../../context.ts';
import type { Principal } from '../principal.ts';

interface Row {
  readonly token: string;
  readonly label: string;
  readonly person: string | null;
  readonly fleet: string;
  readonly roles: Role[];
  readonly created_at: number;
  readonly expires_at: number | null;
  readonly last_used_at: number | null;
}

/** The tokens of the fleet that are worth something. */
export async function listTokens(
  { db, clock, fleet }: Pick<Context, 'db' | 'clock' | 'fleet'>,
  { organisation }: Pick<Principal, 'organisation'>,
): Promise<TokenListView> {
  const rows = await db
    .selectFrom('installation.tokens')
    .selectAll()
    .where('organisation', '=', organisation)
    .where('fleet', '=', fleet)
    .where('revoked_at', 'is', null)
    .where((is) => is.or([is('expires_at', 'is', null), is('expires_at', '>', clock.now())]))
    .orderBy('created_at')
    .orderBy('token')
    .execute();
  return { tokens: rows.map(tokenView) };
}

export function tokenView(row: Row): TokenListView['tokens'][number] {
  return {
    token: row.token,
    label: row.label,
    madeBy: row.person,
    fleet: row.fleet,
    roles: row.roles,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
  };
}
