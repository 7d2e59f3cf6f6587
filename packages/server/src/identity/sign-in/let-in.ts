/** The end of every way to sign in: a session, and an entry in the audit log. */
import { type FactorKind, type OrRefused, refuse } from '@tuesday/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Kysely } from 'kysely';
import { appendAudit } from '../../audit/append.ts';
import type { Context } from '../../context.ts';
import type { Database } from '../../db/schema.ts';
import { openSession } from '../sessions.ts';

export interface Http {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

export const FAILED = {
  refused: refuse('sign-in-failed', 'the name, the password or the second factor is not right'),
};

/**
 * Holds the person's row, so that whoever disables them meanwhile waits, and ends this session too.
 *
 * @param db the transaction
 */
export async function letIn(
  db: Kysely<Database>,
  { clock, config }: Pick<Context, 'clock' | 'config'>,
  { request, reply }: Http,
  { person, organisation }: { person: string; organisation: string },
  by: { factor: FactorKind | null; because: string },
): Promise<OrRefused<{ ok: true }>> {
  const active = await db
    .selectFrom('installation.people')
    .select('person')
    .where('person', '=', person)
    .where('state', '=', 'active')
    .forShare()
    .executeTakeFirst();
  if (!active) return FAILED;
  const session = await openSession({ db, clock, config }, request, reply, {
    person,
    token: null,
    factor: by.factor,
  });
  await appendAudit(db, {
    at: clock.now(),
    actor: { label: person, person, origin: request.ip, factor: by.factor },
    verb: 'session.open',
    object: `session ${session}`,
    because: by.because,
    place: { organisation, fleet: null },
  });
  return { ok: true };
}
