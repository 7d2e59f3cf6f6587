/** Assembles a server from its parts, and takes it apart again in order. */
import { type AddressInfo } from 'node:net';
import { wallClock } from '@tuesday/protocol';
import type { FastifyInstance } from 'fastify';
import { openChangeFeeds } from './changes.ts';
import type { Config } from './config.ts';
import type { Context, Log } from './context.ts';
import { startEmbeddedPostgres } from './db/embedded-postgres.ts';
import { migrate } from './db/migrate.ts';
import { openDatabase } from './db/pool.ts';
import { firstRun } from './first-run.ts';
import { byToken } from './fleets/by-token.ts';
import type { FleetDirectory } from './fleets/fleet-side.ts';
import { Fleets } from './fleets/fleets.ts';
import { makeApp } from './http/app.ts';
import { hotPath } from './http/device/hot-path.ts';
import { registerDeviceRoutes } from './http/device/routes.ts';
import { registerControlPlane } from './http/operator/register.ts';
import type { Announcer } from './mqtt/announcer.ts';
import { startEmbeddedBroker } from './mqtt/embedded.ts';
import { connectBroker } from './mqtt/external.ts';

export interface RunningServer {
  readonly url: string;
  /** Where devices connect by MQTT. */
  readonly mqtt: string;
  /** Of the first fleet. */
  readonly context: Context;
  readonly fleets: FleetDirectory;
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
    await migrateAt(url);
    const feeds = await openChangeFeeds(url, log);
    stops.push(() => feeds.close());
    // Contexts announce through the broker, and the broker asks the fleets whose tokens are good.
    const broker = Promise.withResolvers<Announcer>();
    broker.promise.catch(() => undefined);
    const announce = async (topic: string, text: string) => (await broker.promise).announce(topic, text);
    const fleets = await Fleets.open({ url, config, log, random, feeds, announce });
    stops.push(() => fleets.close());
    stops.push(() => fleets.stopDevices());
    fleets.runDevices();
    const announcer = await openBroker(config, fleets, log);
    broker.resolve(announcer);
    stops.push(() => announcer.close());

    const hot = hotPath(fleets, (err) => log.error({ err }, 'a report was not answered'));
    const app = makeApp(log, hot, config.trustProxy);
    registerDeviceRoutes(app, fleets, announcer.url);
    registerControlPlane(app, fleets);
    await app.listen({ host: config.host, port: config.port });
    stops.push(() => closeApp(app));
    const { port } = app.server.address() as AddressInfo;
    const address = `http://${config.host}:${port}`;
    const { context } = fleets.first;
    await firstRun(context, config.dataFolder, address);
    stops.push(() => fleets.stopJobs());
    fleets.runJobs();
    return { url: address, mqtt: announcer.url, context, fleets, broken: endOf(embedded?.ended), stop };
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

/** Before anything looks at the tables. */
async function migrateAt(url: string): Promise<void> {
  const { pool, close } = openDatabase(url, 1);
  try {
    await migrate(pool);
  } finally {
    await close();
  }
}

function openBroker(config: Config, fleets: Fleets, log: Log): Promise<Announcer> {
  const devices = byToken(fleets);
  const onFault = (err: unknown) => log.error({ err }, 'an MQTT message was not answered');
  return config.mqttUrl === undefined
    ? startEmbeddedBroker({ host: config.host, port: config.mqttPort, devices, onFault })
    : connectBroker({ url: config.mqttUrl, devices, onFault });
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
