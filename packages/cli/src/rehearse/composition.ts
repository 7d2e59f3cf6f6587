/** The fleet that is rehearsed with: a file, the control plane that was named or found, else the example fleet. */
import { type Composition, compositionSchema } from '@tuesday/protocol';
import type { Running } from '../command.ts';
import { RefusedHere, UsageFault } from '../failures.ts';
import { readJsonFile } from '../json-file.ts';
import { say } from '../output.ts';

interface Flags {
  fleet?: string;
  rollout?: string;
}

/** Which one it was is always said. */
export async function findComposition(run: Running<Flags>): Promise<Composition> {
  const composition = await composed(run);
  if (composition.devices === 0)
    throw new UsageFault('the fleet has no devices that have reported; give one with --fleet');
  return composition;
}

async function composed({ flags, client }: Running<Flags>): Promise<Composition> {
  if (flags.fleet !== undefined) return readJsonFile(flags.fleet, compositionSchema);
  const named = flags.server !== undefined || process.env['TUESDAY_SERVER'] !== undefined;
  try {
    return await client().call('viewComposition');
  } catch (cause) {
    // Somebody who names a server means that one.
    if (named || flags.rollout !== undefined || !isAbsent(cause)) throw cause;
    const { exampleComposition } = await import('@tuesday/simulator/rehearsal');
    const composition = exampleComposition();
    say(`no control plane answers (${(cause as Error).message}); rehearsed with ${composition.source}`);
    return composition;
  }
}

/** No server is known, or none is there. */
export function isAbsent(cause: unknown): boolean {
  if (cause instanceof RefusedHere) return true;
  return cause instanceof Error && cause.message.endsWith('cannot be reached');
}
