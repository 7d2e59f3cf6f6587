/**
 * One connection to a D-Bus daemon, for as long as one piece of work takes: a daemon that was restarted in between is
 * no trouble then. Every call has an end, also when the daemon, or whom it asks, says nothing.
 */
import { createClient } from '@homebridge/dbus-native';
import { wallClock } from '@tuesday/protocol';

export interface BusCall {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  /** Of the arguments, as in the D-Bus specification 0.42, "Type System". */
  readonly signature?: string;
  readonly body?: readonly unknown[];
}

export interface BusSignal {
  readonly interface?: string;
  readonly member?: string;
  readonly body?: readonly unknown[];
}

/** Somebody on the bus said no; `message` is what it said. */
export class BusError extends Error {
  /** Such as `org.freedesktop.DBus.Error.ServiceUnknown`. */
  readonly errorName: string;

  constructor(errorName: string, message: string) {
    super(message === '' ? errorName : message);
    this.errorName = errorName;
  }
}

export interface Bus extends Disposable {
  /**
   * @returns the arguments of the answer
   * @throws BusError when the answer is an error; Error when none came
   */
  call(call: BusCall): Promise<readonly unknown[]>;
  /** Hears signals that match (D-Bus specification 0.42, "Match Rules"). */
  listen(rule: string, hear: (signal: BusSignal) => void): Promise<void>;
  /** Aborted when the connection ends, with the reason. */
  readonly over: AbortSignal;
}

const SIGNAL = 4;
/** Real milliseconds. A boot loader's script may be at work behind a call. */
const ANSWERS_WITHIN = 30_000;

/** @param address as in `DBUS_SYSTEM_BUS_ADDRESS`. Whether anybody is there shows at the first call. */
export function openBus(address: string, answersWithin = ANSWERS_WITHIN): Bus {
  const client = createClient({ busAddress: address });
  const { connection } = client;
  const end = new AbortController();
  const ended = (because: string) => end.abort(new Error(`the D-Bus connection ended: ${because}`));
  connection.on('error', (error: Error) => ended(error.message));
  connection.on('end', () => ended('the daemon closed it'));
  connection.stream.on('close', () => ended('its socket is closed'));

  const call = (message: BusCall) =>
    inTime(end.signal, answersWithin, message.member, (settle) =>
      client.invoke(
        message,
        (error: { name: string; message: unknown } | null | undefined, ...body: unknown[]) =>
          settle(error ? new BusError(error.name, String(error.message)) : body),
      ),
    );
  return {
    over: end.signal,
    call,
    async listen(rule, hear) {
      connection.on('message', (message: BusSignal & { type: number }) => {
        if (message.type === SIGNAL) hear(message);
      });
      const to = { destination: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus' };
      await call({
        ...to,
        interface: 'org.freedesktop.DBus',
        member: 'AddMatch',
        signature: 's',
        body: [rule],
      });
    },
    [Symbol.dispose]() {
      ended('it was closed here');
      connection.stream.destroy();
    },
  };
}

/** Asks, and waits for the answer, the end of the connection or the end of patience. */
async function inTime(
  over: AbortSignal,
  millis: number,
  what: string,
  ask: (settle: (answer: readonly unknown[] | Error) => void) => void,
): Promise<readonly unknown[]> {
  over.throwIfAborted();
  const answered = new AbortController();
  const patience = wallClock()
    .sleep(millis, AbortSignal.any([over, answered.signal]))
    .then(() => new Error(`${what} had no answer within ${millis / 1_000} s`))
    .catch((reason: unknown) => reason as Error);
  const answer = new Promise<readonly unknown[] | Error>((resolve) => ask(resolve));
  const first = await Promise.race([answer, patience]);
  answered.abort(new Error('answered'));
  if (first instanceof Error) throw first;
  return first;
}
