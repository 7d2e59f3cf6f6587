/** What a new installation gets: a token for its operator and a key for its fleet, in the data folder. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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
    await db
      .insertInto('installation.tokens')
      .values(firstToken(token, 'operator', clock.now()))
      .execute();
    writeSecret(operator, `${JSON.stringify({ server: url, token })}\n`);
  }
  const fleet = join(folder, 'fleet.json');
  if (!existsSync(fleet)) {
    const fleetKey = newFleetKey(name);
    await db
      .insertInto('fleet_keys')
      .values({ hash: hashToken(fleetKey), created_at: clock.now() })
      .execute();
    writeSecret(fleet, `${JSON.stringify({ fleetKey })}\n`);
  }
}
