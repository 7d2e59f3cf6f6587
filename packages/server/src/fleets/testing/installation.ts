/** A whole installation without jobs: real HTTP, real fleets on a fresh real database, a clock that stands. */
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OperatorClient, operatorClient, type Role, roleSchema } from '@tuesday/protocol';
import { openChangeFeeds } from '../../changes.ts';
import { readConfig } from '../../config.ts';
import type { Context, Log } from '../../context.ts';
import { hashToken, newOperatorToken } from '../../devices/tokens.ts';
import { makeApp } from '../../http/app.ts';
import { hotPath } from '../../http/device/hot-path.ts';
import { registerDeviceRoutes } from '../../http/device/routes.ts';
import { registerControlPlane } from '../../http/operator/register.ts';
import { seeded } from '../../http/operator/testing/control-plane.ts';
import { firstToken } from '../../identity/first-token.ts';
import { type FreshDatabase, freshDatabase } from '../../testing/database.ts';
import { type HandClock, handClock } from '../../testing/fleet.ts';
import { Fleets } from '../fleets.ts';

export interface TestInstallation extends AsyncDisposable {
  readonly database: FreshDatabase;
  readonly clock: HandClock;
  readonly url: string;
  readonly fleets: Fleets;
  /** With the token of the first run. */
  readonly first: OperatorClient;
  readonly firstToken: string;
  /** What was logged as an error since it was last emptied. */
  readonly faults: { err?: Error }[];
  contextOf(fleet: string): Promise<Context>;
}

export async function testInstallation(): Promise<TestInstallation> {
  const database = await freshDatabase();
  const clock = handClock();
  const dataFolder = mkdtempSync(join(tmpdir(), 'tuesday-installation-'));
  const read = readConfig(['--data', dataFolder], {});
  if ('problem' in read) throw new Error(read.problem);
  const config = { ...read, clock };
  const faults: { err?: Error }[] = [];
  const log: Log = {
    info: () => undefined,
    warn: () => undefined,
    error: (fields) => void faults.push(fields),
  };
  const feeds = await openChangeFeeds(database.url, log);
  const parts = { url: database.url, config, log, random: seeded(7), feeds, announce: async () => undefined };
  const fleets = await Fleets.open(parts);
  const secret = newOperatorToken();
  await database.db
    .insertInto('installation.tokens')
    .values(firstToken(secret, 'operator', 0))
    .execute();
  const app = makeApp(
    log,
    hotPath(fleets, (err) => log.error({ err }, 'not answered')),
  );
  registerDeviceRoutes(app, fleets, 'mqtt://127.0.0.1:1');
  registerControlPlane(app, fleets);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  return {
    database,
    clock,
    url,
    fleets,
    faults,
    first: operatorClient(url, secret, fetch),
    firstToken: secret,
    async contextOf(fleet) {
      const side = await fleets.find(fleet);
      if (!side) throw new Error(`no fleet ${fleet}`);
      return side.context;
    },
    async [Symbol.asyncDispose]() {
      await app.close();
      await fleets.stopJobs();
      await fleets.stopDevices();
      await fleets.close();
      await feeds.close();
      await database.drop();
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}

/** A token of the fleet, of nobody. @returns its secret and public id */
export async function addToken(
  { db, fleet, organisation }: Context,
  label: string,
  roles: readonly Role[] = roleSchema.options,
): Promise<{ secret: string; token: string }> {
  const secret = newOperatorToken();
  // Says nothing of the label: an answer may repeat the id that it was asked about.
  const token = `t-${hashToken(secret).toString('hex').slice(0, 12)}`;
  await db
    .insertInto('installation.tokens')
    .values({
      token,
      hash: hashToken(secret),
      label,
      organisation,
      fleet,
      roles: [...roles],
      created_at: 0,
      person: null,
    })
    .execute();
  return { secret, token };
}
