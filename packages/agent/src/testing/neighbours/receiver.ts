/** A device that asks a neighbour, with a trust of its own: what it cannot verify is of no use to it. */
import { type Clock, isRefused, type OrRefused } from '@tuesday/protocol';
import { download } from '../../download/ranged-download.ts';
import type { openExchange } from '../../transport/exchange.ts';
import { type Recoveries, recoveriesFrom } from '../../trust/recoveries.ts';
import { TrustFolder } from '../../trust/trust-folder.ts';
import { targetUrl } from '../../trust/verify-target.ts';
import { PretendDisk } from '../disk/pretend-disk.ts';
import type { PretendRelease } from '../pretend-release.ts';

const NEIGHBOUR = 'http://neighbour';
const never = new AbortController().signal;

export interface Asking {
  readonly exchange: typeof openExchange;
  readonly pinnedRoot: string;
  readonly clock: Clock;
}

export function askForMetadata({ exchange, pinnedRoot, clock }: Asking): Promise<OrRefused<Recoveries>> {
  const trust = new TrustFolder({ folder: '/trust', pinnedRoot, clock, disk: new PretendDisk() });
  return recoveriesFrom({ server: NEIGHBOUR, exchange }, trust, undefined, never);
}

/** @returns whether it came, and verified; the second half alone is asked for where the first is here already */
export async function askForArtifact(
  { exchange, clock }: Asking,
  { target, signed, chunks }: PretendRelease,
  half: boolean,
): Promise<boolean> {
  const disk = new PretendDisk();
  const file = '/download/bundle';
  await disk.makeFolder('/download');
  if (half) {
    disk.plant(file, Buffer.from(chunks.join('')).subarray(0, signed.length >> 1));
    disk.plant(`${file}.part.json`, Buffer.from(JSON.stringify({ sha256: signed.sha256 })));
  }
  const got = await download({
    url: targetUrl(NEIGHBOUR, target, signed.sha256),
    headers: {},
    file,
    signed,
    disk,
    clock,
    random: () => 0.5,
    signal: never,
    backOff: { baseMillis: 1, capMillis: 1 },
    attempts: 1,
    exchange,
  });
  return !isRefused(got);
}
