/** The whole log of the organisation as JSON Lines, with its signed checkpoints: `@tuesday/trust` verifies it. */
import { isRefused, type OrRefused, refuse } from '@tuesday/protocol';
import type { Context } from '../context.ts';
import type { FileAnswer } from '../http/operator/handlers/asked.ts';
import type { Principal } from '../identity/principal.ts';
import { checkpointAudit } from './checkpoint.ts';
import { exportLines } from './export-lines.ts';

type Parts = Pick<Context, 'db' | 'clock' | 'config' | 'organisation' | 'fleet'>;

export async function exportAudit(context: Parts, principal: Principal): Promise<OrRefused<FileAnswer>> {
  const allowed = await mayReadAll(context, principal);
  if (isRefused(allowed)) return allowed;
  const { organisation } = context;
  // A broken log is not signed, and is exported all the same: the file shows where it is broken.
  await checkpointAudit(context, organisation, 'now');
  const name = `audit-${organisation}.jsonl`;
  return { file: exportLines(context, organisation), type: 'application/x-ndjson; charset=utf-8', name };
}

/** A chain cannot be cut to one fleet, so whoever takes it along has to be an admin of all its fleets. */
async function mayReadAll(
  { db, organisation, fleet: here }: Parts,
  { actor, installation, token }: Principal,
): Promise<OrRefused<object>> {
  if (installation) return {};
  const fleets = await db
    .selectFrom('installation.fleets')
    .select('fleet')
    .where('organisation', '=', organisation)
    .orderBy('fleet')
    .execute();
  const administered =
    token === null && actor.person !== null ? await fleetsOfAdmin(db, actor.person) : [here];
  const foreign = fleets.find(({ fleet }) => !administered.includes(fleet));
  if (!foreign) return {};
  const because = `the log holds all fleets of ${organisation}, and ${actor.label} is no admin of ${foreign.fleet}`;
  return { refused: refuse('forbidden', because, { try: 'ask an admin of all fleets, or search the log' }) };
}

async function fleetsOfAdmin(db: Parts['db'], person: string): Promise<string[]> {
  const rows = await db
    .selectFrom('installation.roles')
    .select('fleet')
    .where('person', '=', person)
    .where('role', '=', 'admin')
    .execute();
  return rows.map(({ fleet }) => fleet);
}
