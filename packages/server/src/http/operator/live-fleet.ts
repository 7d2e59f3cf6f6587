/**
 * What changes in a fleet, as a stream of server-sent events. The id of an event is the number of its entry in the
 * audit log, so any server of the installation can go on where another one stopped, and nothing is kept for it.
 */
import { type FleetChange, isAllowed, type Role, wallClock } from '@tuesday/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type LoggedChange, newestEntry, readChanges } from '../../audit/read-changes.ts';
import type { Context } from '../../context.ts';
import { type EventStream, openEventStream } from './event-stream.ts';

/** Real milliseconds. */
const LOOK = 500;
/** What the log does not tell, because nobody did it. However much there is, it is told this often at most. */
type Unlogged = 'devices' | 'tickets';
const UNLOGGED: readonly Unlogged[] = ['devices', 'tickets'];
const UNLOGGED_EVERY = 3_000;
/** Then whoever reads comes again, and is asked again who it is. */
const LONGEST = 60_000;
/** Entries that are read at once, and the most that are told one by one to somebody who was away. */
const AT_ONCE = 500;
const MOST_MISSED = 1_000;

type Parts = Pick<Context, 'db' | 'organisation' | 'fleet' | 'clock' | 'log' | 'reports' | 'changes'>;

interface Reader {
  readonly stream: EventStream;
  readonly seesAll: boolean;
  /** The last entry that was told, or passed over because it is not for this reader. */
  seq: number;
}

export interface Asking {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly since: number | undefined;
  readonly roles: readonly Role[];
}

/** However many watch a fleet, it is looked at once. */
export class LiveFleet {
  readonly #context: Parts;
  readonly #readers = new Set<Reader>();
  readonly #closing = new AbortController();
  #looking = false;
  readonly #unlogged = new Set<Unlogged>();
  #unloggedToldAt = 0;

  constructor(context: Parts) {
    this.#context = context;
  }

  /** Ends all streams. */
  close(): void {
    this.#closing.abort();
  }

  async stream({ request, reply, since, roles }: Asking): Promise<void> {
    const heard = lastHeard(request) ?? since;
    const newest = await newestEntry(this.#context);
    const goesOn = heard !== undefined && heard <= newest && newest - heard <= MOST_MISSED;
    const seq = goesOn ? heard : newest;
    const stream = openEventStream(reply, this.#closing.signal);
    this.#tell(stream, heard === undefined || goesOn ? 'begin' : 'everything', seq);
    // What has no number may have been missed.
    if (goesOn) for (const topic of UNLOGGED) this.#tell(stream, topic);
    const reader: Reader = { stream, seesAll: isAllowed(roles, 'administer'), seq };
    this.#readers.add(reader);
    if (!this.#looking) void this.#look();
    await stream.hold(LONGEST);
    this.#readers.delete(reader);
  }

  #tell(stream: EventStream, topic: FleetChange['topic'], seq?: number): void {
    const change: FleetChange = { topic, id: null, at: this.#context.clock.now() };
    send(stream, change, seq);
  }

  /** Runs while somebody watches. */
  async #look(): Promise<void> {
    this.#looking = true;
    const deaf = [
      this.#context.reports.listen(() => this.#unlogged.add('devices')),
      this.#context.changes.listen(({ kind }) => {
        if (kind === 'tickets') this.#unlogged.add('tickets');
      }),
    ];
    for (const wall = wallClock(); this.#readers.size > 0 && !this.#closing.signal.aborted;) {
      const more = await this.#tellAll().catch((err: unknown) => {
        this.#context.log.warn({ err }, 'what changed in a fleet could not be read');
        return false;
      });
      this.#tellUnlogged(wall.now());
      if (!more) await wall.sleep(LOOK, this.#closing.signal).catch(() => undefined);
    }
    for (const stop of deaf) stop();
    this.#looking = false;
  }

  /** @returns whether there is more to read at once */
  async #tellAll(): Promise<boolean> {
    // Who does not keep up is told later: the log is where it waits.
    const ready = [...this.#readers].filter(({ stream }) => !stream.isFull);
    if (ready.length === 0) return false;
    const from = Math.min(...ready.map(({ seq }) => seq));
    const changes = await readChanges(this.#context, from, AT_ONCE);
    const last = changes.at(-1)?.seq ?? from;
    for (const reader of ready) {
      for (const { seq, change } of newFor(reader, changes)) send(reader.stream, change, seq);
      reader.seq = Math.max(reader.seq, last);
    }
    return changes.length === AT_ONCE;
  }

  #tellUnlogged(now: number): void {
    if (this.#unlogged.size === 0 || now - this.#unloggedToldAt < UNLOGGED_EVERY) return;
    this.#unloggedToldAt = now;
    for (const topic of this.#unlogged)
      for (const { stream } of this.#readers) if (!stream.isFull) this.#tell(stream, topic);
    this.#unlogged.clear();
  }
}

/** The same thing several times at once is told once, under its last number. */
function newFor({ seq, seesAll }: Reader, changes: readonly LoggedChange[]): Iterable<LoggedChange> {
  const last = new Map<string, LoggedChange>();
  for (const each of changes) {
    if (each.seq <= seq || !(each.scope === 'own' || (seesAll && each.scope === 'all'))) continue;
    const key = JSON.stringify([each.change.topic, each.change.id]);
    last.delete(key);
    last.set(key, each);
  }
  return last.values();
}

function send(stream: EventStream, change: FleetChange, seq?: number): void {
  const id = seq === undefined ? '' : `id: ${seq}\n`;
  stream.send(`${id}data: ${JSON.stringify(change)}`);
}

/** What a browser sends by itself; anything else than one of our ids makes it read everything again. */
function lastHeard({ headers }: FastifyRequest): number | undefined {
  const id = headers['last-event-id'];
  if (id === undefined) return undefined;
  return /^\d{1,15}$/.test(String(id)) ? Number(id) : Number.POSITIVE_INFINITY;
}
