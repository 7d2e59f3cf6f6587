/** What-ifs as flags: one from the flags of its fields, more as the lines that the console has in its address. */
import {
  FIELDS,
  fridayIncident,
  HARMS,
  readDraft,
  readWhatIf,
  STAGES,
  STARTS,
  type WhatIf,
  type WhatIfDraft,
} from '@tuesday/simulator/what-if';
import type { Command } from 'commander';
import type { RehearseFlags } from '../commands/rehearse.ts';
import { UsageFault } from '../failures.ts';
import { severalFlag } from '../flag-values.ts';

export function whatIfOptions(command: Command): Command {
  return command
    .option('--friday', 'the Friday incident, and the same fault under this plan')
    .option(
      '--what-if <line>',
      'one more, "name=…; harm=silent; …", with the flags below as its fields',
      severalFlag,
    )
    .option('--name <words>', 'what the what-if is called')
    .option('--harm <harm>', `what becomes of a struck device: ${HARMS.join(', ')}`)
    .option('--share <percent>', 'how many devices of the slice are struck')
    .option('--slice <attribute=value>', 'who can be struck; everybody when left out')
    .option('--after <hours>', 'hours after the update, for instance 2 or 1-3')
    .option('--heals <percent>', 'how many of the struck go back to their other slot by themselves')
    .option('--down <start+length>', 'the server is away: hours since the start, for instance 2+6')
    .option('--away <percent>', 'share of the fleet that is away at any time')
    .option('--start <start>', `when it starts: ${STARTS.join(', ')}`)
    .option('--stages <stages>', `in which stages: ${STAGES.join(', ')}`)
    .option('--bounds <times>', 'how many times looser the judge is; off: nothing halts by itself')
    .option('--people <people>', 'who sends the fleet back: roster, nobody, or after so many hours');
}

/** Undefined: nothing was asked, and the catalogue is played. What needs a fleet to be said is said to it. */
export function whatIfsOf(flags: RehearseFlags): ((slice: WhatIf['slice']) => readonly WhatIf[]) | undefined {
  const lines = (flags.whatIf ?? []).map((line, index) => {
    const { whatIf, problems } = readWhatIf(line);
    if (problems === undefined) return whatIf;
    throw new UsageFault(
      ...problems.map(({ field, because }) => `--what-if ${index + 1}: ${field}: ${because}`),
    );
  });
  const own = ownOf(flags);
  const asked = [...(own === undefined ? [] : [own]), ...lines];
  if (flags.friday === true) return (slice) => [...fridayIncident(slice ?? undefined), ...asked];
  return asked.length === 0 ? undefined : () => asked;
}

function ownOf(flags: RehearseFlags): WhatIf | undefined {
  const draft: Partial<WhatIfDraft> = Object.fromEntries(
    FIELDS.filter((field) => flags[field] !== undefined).map((field) => [field, flags[field]]),
  );
  if (Object.keys(draft).length === 0) return undefined;
  const { whatIf, problems } = readDraft(draft);
  if (problems === undefined) return whatIf;
  throw new UsageFault(...problems.map(({ field, because }) => `--${field}: ${because}`));
}
