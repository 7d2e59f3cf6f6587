/** What a new installation gets: a token for its operator and a key for its fleet, in the data folder. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Instant } from '@tuesday/protocol';
import { ENGINE } from './audit/actor.ts';
import { appendAudit } from './audit/append.ts';
import type { Context } from './context.ts';
import { writeSecret } from './data-folder.ts';
import { hashToken, newFleetKey, newOperatorToken } from './devices/tokens.ts';
import { firstToken } from './identity/first-token.ts';

/**
 * Writes `operator.json` ({server, token}) and `fleet.json` ({fleetKey}) where they are missing.
 *
 * @param folder the data folder
 * @param url where the server answers
 */
export async function firstRun(
  { db, clock, fleet: name }: Context,
  folder: string,
  url: string,
): Promise<void> {
  const operator = join(folder, 'operator.json');
  if (existsSync(operator)) {
    const { server, token } = JSON.parse(readFileSync(operator, 'utf8')) as {
      server?: string;
      token?: string;
    };
    if (server !== url) writeSecret(operator, `${JSON.stringify({ server: url, token })}\n`);
  } else {
    const token = newOperatorToken();
    const row = firstToken(token, 'operator', clock.now());
    await db.transaction().execute(async (trx) => {
      await trx.insertInto('installation.tokens').values(row).execute();
      await record(trx, clock.now(), 'token.create', `token ${row.token}`);
    });
    writeSecret(operator, `${JSON.stringify({ server: url, token })}\n`);
  }
  const fleet = join(folder, 'fleet.json');
  if (!existsSync(fleet)) {
    const fleetKey = newFleetKey(name);
    const row = { hash: hashToken(fleetKey), created_at: clock.now() };
    await db.transaction().execute(async (trx) => {
      await trx.insertInto('fleet_keys').values(row).execute();
      await record(trx, clock.now(), 'fleet-key.create', 'fleet');
    });
    writeSecret(fleet, `${JSON.stringify({ fleetKey })}\n`);
  }
}

function record(trx: Context['db'], at: Instant, verb: string, object: string): Promise<void> {
  const because = 'the first run left it in the data folder';
  return appendAudit(trx, { at, actor: ENGINE, verb, object, because });
}
