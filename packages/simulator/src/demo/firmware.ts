/** The thermostat's firmware as bundles, joined from its modules. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeBundle } from '@tuesday/agent';

const FOLDER = join(import.meta.dirname, '../../../../examples/thermostat/firmware');

/** Version → its session module. */
const SESSIONS: Readonly<Record<string, string>> = {
  '3.2.4': 'session-3.2.4.mjs',
  '3.2.5': 'session-3.2.5.mjs',
  '3.2.6': 'session-3.2.4.mjs',
};

export const THERMOSTATS = ['th-1', 'th-2'] as const;

/** @throws RangeError for a version that there is no firmware of */
export async function thermostatBundle(version: string, hardware: string): Promise<Buffer> {
  const session = SESSIONS[version];
  if (session === undefined) throw new RangeError(`there is no thermostat firmware ${version}`);
  const modules = [session, 'thermostat.mjs'].map((name) => readFile(join(FOLDER, name), 'utf8'));
  return makeBundle({ version, hardware }, (await Promise.all(modules)).join('\n'));
}

/** For who makes firmware of their own. */
export { makeBundle };
