/** From a value of `matrix.yaml` to a broker that runs. */
import { type MatrixValue, type Reads, type Way, wayOf } from '../file/value.ts';
import { untilAccepts } from './accepts.ts';
import { containerProgram } from './container.ts';
import { debianProgram } from './debian/program.ts';
import { startEmbedded } from './embedded.ts';
import { knownImage } from './known-images.ts';
import { KNOWN_PROGRAMS } from './known-programs.ts';
import { startProgram } from './program.ts';
import { NotRun, type Place, type Service } from './service.ts';
import { askVersion, meaningOf } from './version.ts';

const WAYS_UP: Readonly<Record<Way, (value: MatrixValue, place: Place) => Promise<Service>>> = {
  debian: async (value, place) => startProgram(await debianProgram(value, place), place),
  command: ({ command, config, reads }, place) =>
    startProgram({ command: command as string, config, reads }, place),
  container: (value, place) => startProgram(containerProgram(value), place),
  address: reach,
  embedded: startEmbedded,
};

/** @throws NotRun when it cannot be brought up */
export async function bringUp(value: MatrixValue, place: Place): Promise<Service> {
  const way = wayOf(value);
  if (way === undefined) throw new NotRun('nothing says how it is brought up');
  return WAYS_UP[way](value, place);
}

async function reach(value: MatrixValue, place: Place): Promise<Service> {
  const address = value.address as { host: string; port: number };
  const limit = AbortSignal.timeout(place.limitMillis);
  try {
    await untilAccepts(address.host, address.port, AbortSignal.any([limit, place.signal]));
  } catch (cause) {
    if (!limit.aborted) throw cause;
    throw new NotRun(`nobody accepts a connection at ${address.host}:${address.port}`, { cause });
  }
  return {
    ...address,
    version: (limitMillis) => {
      if (!value.reads) throw new NotRun('nothing says how its version is read');
      return askVersion(value.reads, address, place, limitMillis);
    },
    stop: () => Promise.resolve(),
  };
}

/**
 * The value that the broker says that it is; the declared one when nothing says how it could be asked.
 *
 * @throws NotRun when it says something else than was declared
 */
export async function identify(
  value: MatrixValue,
  service: Service,
  normalise: (text: string) => string,
  limitMillis: number,
): Promise<string> {
  const reads = readsOf(value);
  if (reads === undefined) return value.value as string;
  const says = normalise(meaningOf(reads, await service.version(limitMillis)));
  if (value.value !== undefined && normalise(value.value) !== says)
    throw new NotRun(`it says ${says}, declared is ${value.value}`);
  return says;
}

function readsOf(value: MatrixValue): Pick<Reads, 'says' | 'means'> | undefined {
  if (value.reads) return value.reads;
  if (value.container) return knownImage(value.container.image)?.reads;
  if (value.debian) return KNOWN_PROGRAMS[value.debian.package]?.reads;
  return value.embedded === undefined ? undefined : { says: 'aedes {}', means: 'aedes {}' };
}
