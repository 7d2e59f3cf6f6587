/** Assembles a server from its parts, and takes it apart again in order. */
import { type AddressInfo } from 'node:net';
import { announcementSchema, wallClock } from '@tuesday/protocol';
import type { FastifyInstance } from 'fastify';
import { openChangeFeed } from './changes.ts';
import type { Config } from './config.ts';
import type { Context, Log } from './context.ts';
import { startEmbeddedPostgres } from './db/embedded-postgres.ts';
import { migrate } from './db/migrate.ts';
import { openDatabase } from './db/pool.ts';
import { firstRun } from './first-run.ts';
import { makeApp } from './http/app.ts';
import { hotPath } from './http/device/hot-path.ts';
import { registerDeviceRoutes } from './http/device/routes.ts';
import { registerControlPlane } from './http/operator/register.ts';
import { assembleDeviceSide } from './ingest/assembly.ts';
import type { Announcer } from './mqtt/announcer.ts';
import { startEmbeddedBroker } from './mqtt/embedded.ts';
import { connectBroker } from './mqtt/external.ts';
import { runJobs } from './rollouts/jobs.ts';

export interface RunningServer {
  readonly url: string;
  /** Where devices connect by MQTT. */
  readonly mqtt: string;
  readonly context: Context;
  /** Resolves with the cause when something that the server cannot do without has ended by itself. */
  readonly broken: Promise<Error>;
  /** Answers what was asked, writes what was taken in, stops what it started. */
  stop(): Promise<void>;
}

/** Real milliseconds that requests under way get at the end. */
const CLOSE_MILLIS = 3_000;

/**
 * @param config its data folder is held by the caller
 * @throws Error when a part does not start; the parts that did are stopped
 */
export async function startServer(config: Config, log: Log, random: () => number): Promise<RunningServer> {
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (let last = stops.pop(); last; last = stops.pop()) await last();
  };
  try {
    const embedded =
      config.databaseUrl === undefined ? await startEmbeddedPostgres(config.dataFolder) : undefined;
    if (embedded) stops.push(() => embedded.stop());
    const url = config.databaseUrl ?? embedded?.url ?? '';
    const database = openDatabase(url);
    stops.push(() => database.close());
    await migrate(database.pool);

    const devices = assembleDeviceSide(database.pool, config.clock, config);
    const feed = await openChangeFeed(
      url,
      log,
      (listening) => (devices.memory.listening = listening),
      (payload) => devices.hearReports(payload),
    );
    stops.push(() => feed.close());
    feed.listen(() => devices.memory.forgetAnswers());
    stops.push(() => devices.stop());
    devices.run(log);

    const broker = await openBroker(config, devices, log);
    stops.push(() => broker.close());
    const context: Context = {
      organisation: 'main',
      fleet: 'main',
      db: database.db,
      pool: database.pool,
      clock: config.clock,
      random,
      config,
      log,
      changes: feed,
      progress: devices.progress,
      announce: (withinMillis) =>
        broker.announce(
          JSON.stringify(announcementSchema.parse({ checkInWithinSeconds: Math.ceil(withinMillis / 1_000) })),
        ),
    };
    const hot = hotPath(devices.door, (err) => log.error({ err }, 'a report was not answered'));
    const app = makeApp(log, hot, config.trustProxy);
    registerDeviceRoutes(app, context, broker.url);
    registerControlPlane(app, context, devices.authenticate);
    await app.listen({ host: config.host, port: config.port });
    stops.push(() => closeApp(app));
    const { port } = app.server.address() as AddressInfo;
    const address = `http://${config.host}:${port}`;
    await firstRun(context, config.dataFolder, address);
    const jobs = runJobs(context);
    stops.push(() => jobs.stop());
    return { url: address, mqtt: broker.url, context, broken: endOf(embedded?.ended), stop };
  } catch (cause) {
    await stop().catch((err: unknown) => log.error({ err }, 'a part did not stop'));
    throw cause;
  }
}

/** Lets requests that are under way come to their end, for a while. */
async function closeApp(app: FastifyInstance): Promise<void> {
  const patience = new AbortController();
  void wallClock()
    .sleep(CLOSE_MILLIS, patience.signal)
    .then(
      () => app.server.closeAllConnections(),
      () => undefined,
    );
  await app.close();
  patience.abort();
}

function openBroker(
  config: Config,
  { door, authenticate }: ReturnType<typeof assembleDeviceSide>,
  log: Log,
): Promise<Announcer> {
  const onFault = (err: unknown) => log.error({ err }, 'an MQTT message was not answered');
  return config.mqttUrl === undefined
    ? startEmbeddedBroker({ host: config.host, port: config.mqttPort, door, authenticate, onFault })
    : connectBroker({ url: config.mqttUrl, door, onFault });
}

/** The end of the embedded database, when nobody asked for it. */
function endOf(ended: Promise<{ asked: boolean }> | undefined): Promise<Error> {
  return new Promise((resolve) => {
    void ended?.then(({ asked }) => {
      if (!asked)
        resolve(new Error('the embedded PostgreSQL ended; its log is postgres.log in the data folder'));
    });
  });
}
