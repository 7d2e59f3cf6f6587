/**
 * Servers on one database tell each other which devices they wrote about: what another one keeps in memory
 * about the last report of such a device is no longer the last report.
 */
import { randomBytes } from 'node:crypto';
import { OWN_CHANNEL } from '../fleets/names.ts';

/** Below the 8000 bytes that one notification may have. */
const PAYLOAD = 7_900;

/** Names this server among those that share a database. */
export function newInstance(): string {
  return randomBytes(6).toString('hex');
}

/**
 * Statements that tell, to be run in the transaction that wrote.
 *
 * @param devices ids, whose alphabet needs no quoting
 */
export function tellReports(instance: string, devices: Iterable<string>): string {
  let statements = '';
  let payload = instance;
  for (const device of devices) {
    if (payload.length + 1 + device.length > PAYLOAD) {
      statements += notifying(payload);
      payload = instance;
    }
    payload += ` ${device}`;
  }
  return payload === instance ? statements : statements + notifying(payload);
}

/** The same for what time alone did: no report is another one because of it. */
export const TELL_MOVED = notifying('');

function notifying(payload: string): string {
  return `SELECT pg_notify(${OWN_CHANNEL.reports}, '${payload}');`;
}

/** @returns the devices that another server wrote about */
export function readReports(instance: string, payload: string): string[] {
  const [from, ...devices] = payload.split(' ');
  return from === instance ? [] : devices;
}
