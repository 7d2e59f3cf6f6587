/** Lets a disabled person in again: with what they had, or by a new invitation if they never joined. */
import {
  type FactorProof,
  isRefused,
  type OrRefused,
  type PersonView,
  purposes,
  refuse,
} from '@tuesday/protocol';
import { auditAccount } from '../account/audit.ts';
import type { Principal } from '../principal.ts';
import { type Parts, proveAdmin, targetOf } from './act.ts';
import { viewPerson } from './view.ts';

export async function enablePerson(
  parts: Parts,
  principal: Principal,
  person: string,
  { because, factor }: { because: string; factor?: FactorProof | undefined },
): Promise<OrRefused<PersonView>> {
  return parts.db.transaction().execute(async (trx) => {
    const proved = await proveAdmin(trx, parts, principal, factor, purposes.enablePerson(person));
    if (isRefused(proved)) return proved;
    const target = await targetOf(trx, principal, person);
    if (isRefused(target)) return target;
    if (target.state !== 'disabled') return { refused: refuse('conflict', `${person} is not disabled`) };
    await trx
      .updateTable('installation.people')
      .set({ state: target.hasWayIn ? 'active' : 'invited' })
      .where('person', '=', person)
      .execute();
    const view = await viewPerson(trx, principal.organisation, person);
    await auditAccount(trx, parts, principal, {
      verb: 'person.enable',
      object: `person ${person}`,
      because,
      ...proved,
      before: { state: target.state },
      after: { state: view.state },
    });
    return view;
  });
}
