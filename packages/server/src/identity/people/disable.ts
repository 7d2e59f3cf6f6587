/** Lets a person in no more, at once. */
import { isRefused, type OrRefused, type PersonView } from '@tuesday/protocol';
import { auditAccount } from '../account/audit.ts';
import type { Principal } from '../principal.ts';
import { endSessions, revoking } from '../sessions.ts';
import { notOneself, type Parts, targetOf } from './act.ts';
import { keepsAnAdmin, readGrants } from './grants.ts';
import { revokeTokensOf } from './revoke-tokens.ts';
import { viewPerson } from './view.ts';

/** Wants no second factor: what stops somebody must be quick, and can be undone. */
export async function disablePerson(
  parts: Parts,
  principal: Principal,
  person: string,
  because: string,
): Promise<OrRefused<PersonView>> {
  return revoking(parts.db, async (trx) => {
    const other = notOneself(principal, person);
    if (isRefused(other)) return other;
    const grants = await readGrants(trx, person);
    const looksAfter = Object.keys(grants).filter((fleet) => grants[fleet]?.includes('admin'));
    const kept = await keepsAnAdmin(trx, looksAfter, person);
    const target = await targetOf(trx, principal, person);
    if (isRefused(target)) return target;
    if (isRefused(kept)) return kept;
    const now = parts.clock.now();
    await trx
      .updateTable('installation.people')
      .set({ state: 'disabled' })
      .where('person', '=', person)
      .execute();
    await endSessions(trx, now, { person });
    await revokeTokensOf(trx, now, person);
    await trx.deleteFrom('installation.invitations').where('person', '=', person).execute();
    await trx.deleteFrom('installation.ceremonies').where('person', '=', person).execute();
    const view = await viewPerson(trx, principal.organisation, person);
    await auditAccount(trx, parts, principal, {
      verb: 'person.disable',
      object: `person ${person}`,
      because,
      factor: null,
      before: { state: target.state },
      after: { state: view.state },
    });
    return view;
  });
}
