/** What wrong attempts are counted by: hashed with a key of the installation, so that the table tells nobody's name. */
import { createHmac } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { Config } from '../../config.ts';
import { installationKey } from '../../data-folder.ts';

export interface AttemptKey {
  readonly key: string;
  /** Failures that cost nothing yet. */
  readonly free: number;
}

type Folder = Pick<Config, 'dataFolder'>;

export function nameKey(config: Folder, name: string): AttemptKey {
  return { key: keyed(config, `name\n${name}`), free: 5 };
}

/** Second factors of somebody who is signed in: a stolen session may not try all codes. */
export function factorKey(config: Folder, person: string): AttemptKey {
  return { key: keyed(config, `factor\n${person}`), free: 5 };
}

/** More is free than for a name, because an office shares one address. */
export function addressKey(config: Folder, address: string): AttemptKey {
  return { key: keyed(config, `address\n${networkOf(address)}`), free: 20 };
}

/** The address itself, or the /64 of an IPv6 address: whoever has one address of it has all of them. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [plain = ''] = address.split('%');
  const [head = '', tail = ''] = plain.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const given = [...groups(head), ...groups(tail)].length;
  const missing = plain.includes('::') ? 8 - given - (tail.includes('.') ? 1 : 0) : 0;
  const all = [...groups(head), ...Array.from({ length: Math.max(0, missing) }, () => '0'), ...groups(tail)];
  return `${all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}

function keyed({ dataFolder }: Folder, text: string): string {
  return createHmac('sha256', installationKey(dataFolder, 'trust.key'))
    .update(`attempts\n${text}`)
    .digest('hex');
}
