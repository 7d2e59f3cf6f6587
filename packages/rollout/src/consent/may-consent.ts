/** Who may consent: never who asked, never one person twice, in whatever name. */
import { type Instant, type Refusal, type Role, type Subject, isAllowed, refuse } from '@tuesday/protocol';
import { type Consent, namesOf, standing } from './request.ts';

export interface Candidate {
  readonly person: string;
  readonly roles: readonly Role[];
}

export interface ConsentCase {
  readonly subject: Subject;
  readonly person: Candidate;
  /** The approver for whom the person wants to consent, with what that approver has delegated to this person. */
  readonly onBehalfOf: (Candidate & { readonly delegations: readonly Delegated[] }) | null;
  /** People who asked for it or made a part of it. */
  readonly barred: readonly string[];
  /** Who may consent; empty: every approver. */
  readonly named: readonly string[];
  readonly consents: readonly Consent[];
  readonly now: Instant;
}

/** Half-open. */
export interface Delegated {
  readonly from: Instant;
  readonly until: Instant;
  readonly revokedAt: Instant | null;
}

/** @returns why not; undefined when the person may */
export function mayNotConsent(given: ConsentCase): Refusal | undefined {
  const { person, onBehalfOf, barred, consents } = given;
  const names = namesOf({ by: person.person, onBehalfOf: onBehalfOf?.person ?? null });
  const own = names.find((name) => barred.includes(name));
  if (own !== undefined)
    return refuse('own-request', `${own} asked for this or made a part of it, and does not consent to it`);
  const taken = standing(consents).flatMap(namesOf);
  const again = names.find((name) => taken.includes(name));
  if (again !== undefined) return refuse('consented-already', `${again} counts in this request already`);
  return onBehalfOf === null ? unfit(given, person) : unfitDelegate(given, onBehalfOf);
}

function unfitDelegate(
  given: ConsentCase,
  approver: NonNullable<ConsentCase['onBehalfOf']>,
): Refusal | undefined {
  const { now, person } = given;
  const holds = approver.delegations.some(
    ({ from, until, revokedAt }) => revokedAt === null && from <= now && now < until,
  );
  if (!holds)
    return refuse(
      'forbidden',
      `${approver.person} has not delegated to ${person.person}, or not for this time`,
      { field: 'onBehalfOf', try: 'tuesday delegate list shows who consents for whom' },
    );
  return unfit(given, approver);
}

/** The person whose consent it is, by role and by name. */
function unfit({ subject, named }: ConsentCase, { person, roles }: Candidate): Refusal | undefined {
  // An admin answers for the rules, also when everybody whom they name has left.
  if (subject === 'policy' && isAllowed(roles, 'administer')) return undefined;
  if (!isAllowed(roles, 'approve'))
    return refuse('forbidden', `${person} has neither the role approver nor commander here`);
  if (named.length > 0 && !named.includes(person))
    return refuse('forbidden', `the policy names who consents: ${named.join(', ')}; not ${person}`);
  return undefined;
}
