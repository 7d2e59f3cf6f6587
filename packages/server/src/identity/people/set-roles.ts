/** Replaces the roles of a person, in every fleet at once. */
import {
  type FactorProof,
  type Grants,
  isRefused,
  type OrRefused,
  type PersonView,
  purposes,
  refuse,
} from '@tuesday/protocol';
import { auditAccount } from '../account/audit.ts';
import type { Principal } from '../principal.ts';
import { revoking } from '../sessions.ts';
import { type Parts, proveAdmin, targetOf } from './act.ts';
import { changed, keepsAnAdmin, maintains, raised, readGrants, writeGrants } from './grants.ts';
import { viewPerson } from './view.ts';

export async function setRoles(
  parts: Parts,
  principal: Principal,
  person: string,
  { roles, because, factor }: { roles: Grants; because: string; factor?: FactorProof | undefined },
): Promise<OrRefused<PersonView>> {
  return revoking(parts.db, async (trx) => {
    const proved = await proveAdmin(trx, parts, principal, factor, purposes.setRoles(person));
    if (isRefused(proved)) return proved;
    const before = await readGrants(trx, person);
    // Before the person is locked: two admins who take each other's role are judged one after the other.
    const losing = Object.keys(before).filter(
      (fleet) => before[fleet]?.includes('admin') && !roles[fleet]?.includes('admin'),
    );
    const kept = await keepsAnAdmin(trx, losing, person);
    const target = await targetOf(trx, principal, person);
    if (isRefused(target)) return target;
    if (changed(before, await readGrants(trx, person)).length > 0) {
      const why = `somebody else changed the roles of ${person} meanwhile`;
      return { refused: refuse('conflict', why) };
    }
    const mine = await maintains(trx, principal, changed(before, roles));
    if (isRefused(mine)) return mine;
    if (isRefused(kept)) return kept;
    const [fleet] = raised(before, roles);
    if (principal.actor.person === person && fleet !== undefined) {
      const why = `nobody raises their own roles, and ${principal.actor.label} acts for ${person}`;
      return { refused: refuse('forbidden', why, { field: `roles.${fleet}`, try: 'ask another admin' }) };
    }
    await writeGrants(trx, person, roles);
    const view = await viewPerson(trx, principal.organisation, person);
    await auditAccount(trx, parts, principal, {
      verb: 'person.set-roles',
      object: `person ${person}`,
      because,
      ...proved,
      before,
      after: roles,
    });
    return view;
  });
}
