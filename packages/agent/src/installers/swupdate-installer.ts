/**
 * SWUpdate as the one who writes slots. The image goes in by the `swupdate-client` that came with the daemon, which
 * speaks its dialect. What became of it the daemon itself is asked: the client often ends before it has heard why,
 * and now and then does not end at all when the daemon refuses at once (seen with 2022.12).
 */
import { join } from 'node:path';
import { type Refusal, refuse, type SlotName, wallClock } from '@tuesday/protocol';
import { installerRefusal } from './installer-refusals.ts';
import type { Installer } from './installer-slots.ts';
import { startClient, type SwupdateClient } from './swupdate-client.ts';
import { drainStatus } from './swupdate-status.ts';

export interface SwupdateOptions {
  /** Command and first arguments of `swupdate-client`. */
  readonly client: readonly string[];
  /** Folder with SWUpdate's sockets. */
  readonly sockets: string;
  /** The software set and mode of the image that writes each slot, as in `swupdate -e`. */
  readonly select: Readonly<Record<SlotName, string>>;
  /** An installation that takes longer is no longer waited for. Real milliseconds. */
  readonly withinMillis: number;
}

/** Real milliseconds between two looks. */
const LOOK = 100;
/** A client that is still there after so many looks at an idle SWUpdate hangs. */
const IDLE_LOOKS = 30;

export function swupdateInstaller(options: SwupdateOptions): Installer {
  const { client, sockets, select, withinMillis } = options;
  const socket = join(sockets, 'sockinstctrl');
  return {
    async install(slot, bundle, signal) {
      if (!(await drainStatus(socket)).idle) {
        return refuse('busy', 'SWUpdate is busy with another installation.');
      }
      const late = AbortSignal.timeout(withinMillis);
      const stop = AbortSignal.any(signal ? [late, signal] : [late]);
      using started = startClient(client, sockets, ['-v', '-e', select[slot], bundle]);
      try {
        return await watch(socket, started, stop);
      } catch (error) {
        if (!late.aborted) throw error;
        const because = `SWUpdate did not end the installation within ${withinMillis / 1_000} s`;
        throw new Error(because, { cause: error });
      }
    },
  };
}

/**
 * Until the client has ended and SWUpdate rests.
 *
 * @returns the refusal; undefined when it is installed
 * @throws Error when SWUpdate is gone or another one, when the client hangs without a word from SWUpdate, or when it was stopped
 */
async function watch(
  socket: string,
  client: SwupdateClient,
  stop: AbortSignal,
): Promise<Refusal | undefined> {
  const failures: string[] = [];
  let [success, heard, idleLooks] = [false, false, 0];
  for (;;) {
    stop.throwIfAborted();
    // Asked before the look: what the daemon said until the client ended is seen then.
    const { code } = client;
    if (code === 0) return undefined;
    const look = await drainStatus(socket).catch((cause: unknown) => {
      throw new Error('SWUpdate ended in the middle of the installation', { cause });
    });
    failures.push(...look.failures);
    success ||= look.success;
    heard ||= look.messages > 0 || client.said !== '';
    if (code !== undefined && client.notTaken && failures.length === 0) {
      // It takes one at a time, and has no word about ours: it is at another's.
      return refuse('busy', 'SWUpdate did not take the image: it is busy with another installation.');
    }
    idleLooks = look.idle ? idleLooks + 1 : 0;
    if (look.idle && code !== undefined) break;
    if (idleLooks >= IDLE_LOOKS) {
      if (!heard) throw new Error('swupdate-client hangs, and SWUpdate knows of no image');
      break;
    }
    await wallClock().sleep(LOOK, stop);
  }
  const words = [...client.failures, ...failures].map((each) => each.replace(/^ERROR : /, ''));
  if (words.length > 0) return installerRefusal('SWUpdate', words.join('; '));
  if (success || client.success) return undefined;
  // Whoever refuses says why. This one knows of nothing: it was started again in between.
  throw new Error('SWUpdate ended in the middle of the installation, and was started again');
}
