/** The end of every way to sign in: a session, and an entry in the audit log. */
import type { FactorKind } from '@tuesday/protocol';
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

/** @param db the transaction */
export async function letIn(
  db: Kysely<Database>,
  { clock, config }: Pick<Context, 'clock' | 'config'>,
  { request, reply }: Http,
  { person, organisation }: { person: string; organisation: string },
  by: { factor: FactorKind | null; because: string },
): Promise<void> {
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
}
