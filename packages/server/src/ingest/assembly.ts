/** Puts the parts of the ingest together and runs what has to be done again and again. */
import { type Clock, wallClock } from '@tuesday/protocol';
import type { Pool } from 'pg';
import type { Config } from '../config.ts';
import type { Log } from '../context.ts';
import { type Authenticate, authenticator } from '../devices/authenticate.ts';
import { FIRST_FLEET } from '../fleets/names.ts';
import { FollowUp } from '../trial/follow-up.ts';
import type { StopBoard } from '../rollouts/stop-board.ts';
import { Contacts } from './contacts.ts';
import { DeviceDoor } from './door.ts';
import { newInstance, readReports } from './elsewhere.ts';
import { Ingest, LANES } from './ingest.ts';
import { DeviceMemory } from './memory.ts';
import { ProgressBoard } from './progress.ts';
import { ReconnectSpread } from './reconnect-spread.ts';
import { Sweep } from './sweep.ts';

export interface DeviceSide {
  readonly door: DeviceDoor;
  readonly authenticate: Authenticate;
  readonly memory: DeviceMemory;
  readonly progress: ProgressBoard;
  readonly contacts: Contacts;
  readonly sweep: Sweep;
  readonly followUp: FollowUp;
  /** Takes a notification about reports. */
  hearReports(payload: string): void;
  /** Flushes contacts each second, sweeps, and counts the fleet, until `stop`. */
  run(log: Log): void;
  /** Resolves when everything that was taken in is written. */
  stop(): Promise<void>;
}

const NO_STOPS = { sentenceOf: () => undefined, listen: () => undefined };
const FLUSH_MILLIS = 1_000;
/** By the handed-in clock; never more often than `SWEEP_LEAST` of real time. */
const SWEEP_MILLIS = 30_000;
const SWEEP_LEAST = 250;
/** Real; a fleet does not double within a minute. */
const COUNT_MILLIS = 60_000;

/** @param pool sees this fleet's tables */
export function assembleDeviceSide(
  pool: Pool,
  clock: Clock,
  config: Config,
  fleet: string,
  stops: Pick<StopBoard, 'sentenceOf' | 'listen'> = NO_STOPS,
): DeviceSide {
  const memory = new DeviceMemory();
  const instance = newInstance();
  const authenticate = authenticator(fleet, pool, memory);
  const contacts = new Contacts(pool);
  const ingest = new Ingest({ pool, ...config, instance, mirrors: mirrorsOf(config, fleet) });
  const progress = new ProgressBoard();
  const spread = new ReconnectSpread(pool, config.connectionsPerSecond, () => memory.forgetAnswers());
  const reconnectWithin = () => spread.seconds;
  const parts = { authenticate, memory, contacts, ingest, progress, clock, stops, reconnectWithin };
  const door = new DeviceDoor(parts);
  stops.listen(() => memory.forgetAnswers());
  const hearingSince = clock.now();
  const sweep = new Sweep(pool, config.shard * LANES, hearingSince);
  const followUp = new FollowUp(pool, hearingSince);
  const stopping = new AbortController();
  const loops: Promise<void>[] = [];

  async function every(real: number, log: Log, what: string, act: () => Promise<unknown>): Promise<void> {
    for (const wall = wallClock(); !stopping.signal.aborted;) {
      await act().catch((err: unknown) => log.error({ err }, `${what} failed; tried again`));
      await wall.sleep(real, stopping.signal).catch(() => undefined);
    }
  }

  return {
    door,
    authenticate,
    memory,
    progress,
    contacts,
    sweep,
    followUp,
    hearReports(payload) {
      for (const device of readReports(instance, payload)) memory.rememberIdle(device, undefined);
    },
    run(log) {
      loops.push(
        every(FLUSH_MILLIS, log, 'writing contacts', () => contacts.flush()),
        every(COUNT_MILLIS, log, 'counting the fleet', async () => {
          const problem = await spread.look();
          if (problem !== undefined) log.warn({ connectionsPerSecond: config.connectionsPerSecond }, problem);
        }),
        every(Math.max(SWEEP_LEAST, SWEEP_MILLIS / clock.rate), log, 'the sweep', async () => {
          // Who was just heard is not silent.
          await contacts.flush();
          await sweep.sweepOnce(clock.now());
          await followUp.followOnce(clock.now());
        }),
      );
    },
    async stop() {
      stopping.abort();
      await Promise.all(loops);
      await ingest.settled();
      await contacts.flush();
    },
  };
}

/** Mirrors serve what the server serves, so a fleet has the same path on them. */
function mirrorsOf({ mirrors }: Config, fleet: string): string[] {
  return mirrors.map((mirror) => (fleet === FIRST_FLEET ? mirror : `${mirror}/fleets/${fleet}`));
}
