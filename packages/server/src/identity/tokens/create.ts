/** An API token: roles in one fleet, never more than its maker has there, for a number of days. */
import { randomBytes } from 'node:crypto';
import {
  type FactorProof,
  isRefused,
  type OrRefused,
  purposes,
  refuse,
  type Role,
  type TokenListView,
} from '@tuesday/protocol';
import { appendAudit } from '../../audit/append.ts';
import type { Context } from '../../context.ts';
import { hashToken, newOperatorToken } from '../../devices/tokens.ts';
import { proveAdmin } from '../people/act.ts';
import { rolesIn } from '../people/grants.ts';
import type { Principal } from '../principal.ts';
import { HOUR } from '../real-time.ts';
import { tokenView } from './view.ts';

interface TokenRequest {
  readonly label: string;
  readonly roles: readonly Role[];
  readonly fleet: string;
  readonly days: number;
  readonly factor?: FactorProof | undefined;
}

type Made = { token: TokenListView['tokens'][number]; secret: string };

export async function createToken(
  parts: Pick<Context, 'db' | 'clock' | 'config'>,
  principal: Principal,
  { label, roles, fleet, days, factor }: TokenRequest,
): Promise<OrRefused<Made>> {
  const { actor, organisation } = principal;
  if (principal.token !== null && !principal.installation) {
    const because = `${actor.label} is a token, and tokens make no tokens`;
    return { refused: refuse('forbidden', because, { try: 'sign in as a person' }) };
  }
  return parts.db.transaction().execute(async (trx) => {
    const proved = await proveAdmin(trx, parts, principal, factor, purposes.createToken(label));
    if (isRefused(proved)) return proved;
    const place = await trx
      .selectFrom('installation.fleets')
      .select('fleet')
      .where('fleet', '=', fleet)
      .where('organisation', '=', organisation)
      .executeTakeFirst();
    const field = 'fleet';
    if (!place)
      return { refused: refuse('not-found', `there is no fleet ${fleet} in your organisation`, { field }) };
    const own = await rolesIn(trx, principal, fleet);
    const missing = roles.find((role) => !own.includes(role));
    if (missing !== undefined) {
      const because = `${actor.label} does not have the role ${missing} in the fleet ${fleet}`;
      return { refused: refuse('forbidden', because, { field: 'roles', try: 'leave it out' }) };
    }
    const secret = newOperatorToken();
    const now = parts.clock.now();
    const row = {
      token: `t-${randomBytes(9).toString('base64url')}`,
      label,
      person: actor.person,
      fleet,
      roles: [...new Set(roles)],
      created_at: now,
      expires_at: now + days * 24 * HOUR,
      last_used_at: null,
    };
    await trx
      .insertInto('installation.tokens')
      .values({ ...row, hash: hashToken(secret), organisation, revoked_at: null })
      .execute();
    await appendAudit(trx, {
      at: now,
      actor: { ...actor, ...proved },
      verb: 'token.create',
      object: `token ${row.token}`,
      because: `"${label}" for ${days} ${days === 1 ? 'day' : 'days'}`,
      after: { label, fleet, roles: row.roles, expiresAt: row.expires_at },
      place: { organisation, fleet },
    });
    return { token: tokenView(row), secret };
  });
}
