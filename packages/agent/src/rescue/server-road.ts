/** The road to the server itself, without the offer machinery: signed files over HTTP. */
import { type Clock, wallClock } from '@tuesday/protocol';
import { download } from '../download/ranged-download.ts';
import { type Disk, realDisk } from '../storage/disk.ts';
import { recoveriesFrom } from '../trust/recoveries.ts';
import type { TrustFolder } from '../trust/trust-folder.ts';
import { targetUrl } from '../trust/verify-target.ts';
import type { Road } from './road.ts';

export interface ServerRoadOptions {
  readonly server: string;
  readonly token: string;
  readonly trust: TrustFolder;
  readonly hardware: string;
  readonly random: () => number;
  readonly disk?: Disk;
  /** Real time. */
  readonly clock?: Clock;
}

/** The core looks again by itself; the other roads wait behind this one. */
const BACK_OFF = { baseMillis: 500, capMillis: 5_000 };
const ATTEMPTS = 2;

export function serverRoad(options: ServerRoadOptions): Road {
  const { server, token, trust, hardware, random, disk = realDisk, clock = wallClock() } = options;
  return {
    name: 'the server',
    by: 'http',
    recoveries: (signal) => recoveriesFrom({ server, token }, trust, hardware, signal),
    fetch: ({ target, signed, file, onPercent }, signal) =>
      download({
        url: targetUrl(server, target, signed.sha256),
        headers: { authorization: `Bearer ${token}` },
        file,
        signed,
        disk,
        clock,
        random,
        signal,
        onPercent,
        backOff: BACK_OFF,
        attempts: ATTEMPTS,
      }),
    stop: () => Promise.resolve(),
  };
}
