/**
 * RAUC as it is on the bus: de.pengutronix.rauc.Installer (RAUC 1.8 to 1.15, "D-Bus API"). Nothing here decides.
 */
import { type Bus, BusError, openBus } from './bus.ts';

export interface RaucSlot {
  /** As in RAUC's system.conf, such as `rootfs.0`. */
  readonly name: string;
  /** As the boot loader calls it. */
  readonly bootname: string;
  readonly booted: boolean;
  /** `ok` after an installation that came to its end; absent when RAUC never wrote it. */
  readonly status?: string | undefined;
  /** Version in the manifest of the bundle that RAUC wrote last; absent when it never did. */
  readonly version?: string | undefined;
}

export type Mark = 'good' | 'bad' | 'active';

/** What an installation came to. `words` are RAUC's own. */
export type Installed = { readonly ok: true } | { readonly ok: false; readonly words: string };

export interface InstallLimits {
  /** Real milliseconds. */
  readonly withinMillis: number;
  readonly signal?: AbortSignal | undefined;
}

/** Everything throws when RAUC, or the bus, does not answer. */
export interface Rauc {
  /** Those that the boot loader knows. */
  slots(): Promise<readonly RaucSlot[]>;
  /** Name of the slot that boots next; undefined when none is bootable. */
  primary(): Promise<string | undefined>;
  /** @param slot its name */
  mark(mark: Mark, slot: string): Promise<void>;
  /**
   * @param bundle its file
   * @throws Error when the end of the installation could not be waited for; RAUC may go on with it
   */
  install(bundle: string, limits: InstallLimits): Promise<Installed>;
}

const NAME = 'de.pengutronix.rauc';
const INTERFACE = 'de.pengutronix.rauc.Installer';
const PROPERTIES = 'org.freedesktop.DBus.Properties';
const AT = { destination: NAME, path: '/', interface: INTERFACE } as const;

export function raucOn(address: string): Rauc {
  return {
    async slots() {
      using bus = openBus(address);
      const [slots] = await bus.call({ ...AT, member: 'GetSlotStatus' });
      return (slots as [string, Entries][]).flatMap(([name, entries]) => slotOf(name, entries));
    },
    async primary() {
      using bus = openBus(address);
      try {
        const [name] = await bus.call({ ...AT, member: 'GetPrimary' });
        return String(name);
      } catch (error) {
        // RAUC says so when no slot is bootable; who is not there at all says something else.
        if (error instanceof BusError && !error.errorName.startsWith('org.freedesktop.DBus.'))
          return undefined;
        throw error;
      }
    },
    async mark(mark, slot) {
      using bus = openBus(address);
      await bus.call({ ...AT, member: 'Mark', signature: 'ss', body: [mark, slot] });
    },
    async install(bundle, limits) {
      using bus = openBus(address);
      return await install(bus, bundle, limits);
    },
  };
}

/** A variant as the library reads it: its type, and one value. */
type Entries = readonly (readonly [string, readonly [unknown, readonly unknown[]]])[];

function slotOf(name: string, entries: Entries): RaucSlot[] {
  const facts = new Map(entries.map(([key, [, [value]]]) => [key, value]));
  const text = (key: string) => (facts.has(key) ? String(facts.get(key)) : undefined);
  const bootname = text('bootname');
  if (bootname === undefined) return [];
  const [status, version] = [text('status'), text('bundle.version')];
  return [{ name, bootname, booted: text('state') === 'booted', status, version }];
}

async function install(bus: Bus, bundle: string, limits: InstallLimits): Promise<Installed> {
  const end = await endOf(bus, limits);
  try {
    await bus.call({ ...AT, member: 'InstallBundle', signature: 'sa{sv}', body: [bundle, []] });
  } catch (error) {
    if (!(error instanceof BusError) || error.errorName.startsWith('org.freedesktop.DBus.')) throw error;
    return { ok: false, words: error.message };
  }
  if ((await end()) === 0) return { ok: true };
  const asked = {
    ...AT,
    interface: PROPERTIES,
    member: 'Get',
    signature: 'ss',
    body: [INTERFACE, 'LastError'],
  };
  const [variant] = await bus.call(asked);
  const [, [words]] = variant as [unknown, [unknown]];
  return { ok: false, words: String(words) };
}

/** Listens first, so that no end is missed: RAUC says it is through, or RAUC is gone, or it takes too long. */
async function endOf(bus: Bus, { withinMillis, signal }: InstallLimits): Promise<() => Promise<number>> {
  const { promise: completed, resolve, reject } = Promise.withResolvers<number>();
  completed.catch(() => undefined);
  await bus.listen(`type='signal',interface='${INTERFACE}',member='Completed'`, ({ member, body }) => {
    if (member === 'Completed') resolve(Number(body?.[0]));
  });
  const gone = `type='signal',interface='org.freedesktop.DBus',member='NameOwnerChanged',arg0='${NAME}'`;
  await bus.listen(gone, ({ member, body }) => {
    if (member === 'NameOwnerChanged' && body?.[0] === NAME && body[1] !== '') {
      reject(new Error('RAUC ended in the middle of the installation'));
    }
  });
  return () => {
    const late = AbortSignal.timeout(withinMillis);
    const stops = [bus.over, late, ...(signal ? [signal] : [])];
    const stop = AbortSignal.any(stops);
    const stopped = () =>
      reject(
        late.aborted
          ? new Error(`RAUC did not end the installation within ${withinMillis / 1_000} s`)
          : (stop.reason as Error),
      );
    if (stop.aborted) stopped();
    else stop.addEventListener('abort', stopped, { once: true });
    return completed;
  };
}
