/** `rehearse`: plays a plan against the fleet's composition before anybody approves it. */
import { readFile } from 'node:fs/promises';
import { type Composition, compositionSchema, type Rehearsal, wallClock } from '@tuesday/protocol';
import type { Command } from 'commander';
import { does, leaf, type Running } from '../command.ts';
import { RefusedHere, UsageFault } from '../failures.ts';
import { wholeNumber } from '../flag-values.ts';
import { say } from '../output.ts';
import { readPlanFile } from '../plan-file.ts';
import { rehearsalTable } from '../rehearsal-table.ts';

interface Flags {
  plan: string;
  runs?: number;
  seed?: number;
  fleet?: string;
  rollout?: string;
}

const RUNS = 25;

export function rehearseCommand(): Command {
  return does<Flags>(
    leaf('rehearse', 'Play a plan against the fleet’s composition, once for every fault of a catalogue', [
      'rehearse --plan plan.yaml',
      'rehearse --plan plan.yaml --rollout r1',
      'rehearse --plan plan.yaml --fleet composition.json --runs 1000 --json',
    ])
      .requiredOption('--plan <file>', 'plan file (YAML)')
      .option('--runs <number>', `runs for each fault (${RUNS} when left out)`, wholeNumber)
      .option('--seed <number>', 'seed of the randomness', wholeNumber)
      .option('--fleet <file>', 'composition (JSON) instead of the control plane’s fleet')
      .option('--rollout <rollout>', 'attach the result to this rollout, for whoever approves it'),
    async (run) => {
      const { flags, client, show } = run;
      if (flags.runs !== undefined && flags.runs < 1) throw new UsageFault('--runs must be at least 1');
      const plan = await readPlanFile(flags.plan);
      const composition = await findComposition(run);
      if (composition.devices === 0)
        throw new UsageFault('the fleet has no devices that have reported; give one with --fleet');
      const { rehearse } = await import('@tuesday/simulator');
      const rehearsal = rehearse(plan, composition, {
        runs: flags.runs ?? RUNS,
        seed: flags.seed ?? 1,
        at: wallClock().now(),
      });
      if (flags.rollout !== undefined)
        await client().call('attachRehearsal', { params: { rollout: flags.rollout }, body: rehearsal });
      show(rehearsal, (made: Rehearsal) => rehearsalTable(made));
    },
  );
}

/** A file, the control plane that was named or found, else the example fleet: which one it was is always said. */
async function findComposition({ flags, client }: Running<Flags>): Promise<Composition> {
  if (flags.fleet !== undefined) return readComposition(flags.fleet);
  const named = flags.server !== undefined || process.env['TUESDAY_SERVER'] !== undefined;
  try {
    return await client().call('viewComposition');
  } catch (cause) {
    // Somebody who names a server means that one.
    if (named || flags.rollout !== undefined || !isAbsent(cause)) throw cause;
    const { exampleComposition } = await import('@tuesday/simulator');
    const composition = exampleComposition();
    say(`no control plane answers (${(cause as Error).message}); rehearsed with ${composition.source}`);
    return composition;
  }
}

/** No server is known, or none is there. */
function isAbsent(cause: unknown): boolean {
  if (cause instanceof RefusedHere) return true;
  return cause instanceof Error && cause.message.endsWith('cannot be reached');
}

async function readComposition(file: string): Promise<Composition> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new UsageFault(`${file}: cannot be read: ${(cause as Error).message}`);
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new UsageFault(`${file}: is not JSON: ${(cause as Error).message}`);
  }
  const parsed = compositionSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new UsageFault(
    ...parsed.error.issues
      .slice(0, 10)
      .map(({ path, message }) => `${file}: ${path.map(String).join('.')}: ${message}`),
  );
}
