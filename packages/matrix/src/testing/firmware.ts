/** The example's firmware as bundles, for tests. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Candidate } from '../run/setting.ts';

const FOLDER = fileURLToPath(new URL('../../../../examples/thermostat/firmware/', import.meta.url));

export type ThermostatVersion = '3.2.4' | '3.2.5' | '3.3.0';

/**
 * Writes the bundle of a version into a folder.
 *
 * @param change plants a fault in it; throws when it changes nothing
 */
export function thermostat(
  version: ThermostatVersion,
  folder: string,
  change = (text: string) => `${text}\n`,
): Candidate {
  const head = `//tuesday-bundle ${JSON.stringify({ version, hardware: 'th-2' })}\n`;
  const parts = [`session-${version}.mjs`, 'thermostat.mjs'].map((name) =>
    readFileSync(join(FOLDER, name), 'utf8'),
  );
  const whole = head + parts.join('\n');
  const text = change(whole);
  if (text === whole) throw new Error('the fault is not planted: the firmware reads otherwise now');
  const artifact = join(folder, `${version}.bundle`);
  writeFileSync(artifact, text);
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { release: version, hardware: 'th-2', artifact, sha256 };
}
