/** What a broker says that it is. Nothing is taken from the file: suites change, and binaries get mixed up. */
import type { Reads } from '../file/value.ts';
import { readRetained } from '../play/observer.ts';
import { startGuarded } from '../processes/guard.ts';
import { NotRun, type Place } from './service.ts';

/** @throws NotRun when the text does not have the shape that was declared */
export function meaningOf(reads: Pick<Reads, 'says' | 'means'>, text: string): string {
  const [before = '', after = ''] = reads.says.split('{}');
  const said = text.trim();
  const fits = said.startsWith(before) && said.endsWith(after) && said.length > before.length + after.length;
  if (!fits) throw new NotRun(`it says "${said.slice(0, 100)}", which does not read "${reads.says}"`);
  const version = said.slice(before.length, said.length - after.length).trim();
  return reads.means.replace('{}', () => version).slice(0, 128);
}

/** @throws NotRun when it is not told in time */
export async function askVersion(
  reads: Reads,
  at: { host: string; port: number },
  place: Place,
  limitMillis: number,
): Promise<string> {
  if (reads.topic === undefined) return printed(reads.command as string, place);
  const told = await readRetained(at, reads.topic, limitMillis, place.signal);
  if (told === undefined) throw new NotRun(`it tells nothing at ${reads.topic}`);
  return told;
}

/** The first line that a command prints. */
async function printed(command: string, place: Place): Promise<string> {
  const child = startGuarded({ argv: ['/bin/sh', '-c', command], env: place.env, cwd: place.folder });
  place.started(child.mark);
  let text = '';
  child.output.setEncoding('utf8').on('data', (piece: string) => {
    if (text.length < 4_096) text += piece;
  });
  child.errors.setEncoding('utf8').on('data', (piece: string) => place.log('version', piece.trim()));
  const onAbort = () => void child.kill();
  place.signal.addEventListener('abort', onAbort, { once: true });
  const code = await child.ended;
  place.signal.removeEventListener('abort', onAbort);
  if (code !== 0) throw new NotRun(`the command that reads its version ended with ${code}`);
  return text.trim().split('\n')[0] ?? '';
}
