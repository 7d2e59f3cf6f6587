/** A device in the terms of parity: one value for each declared dimension. */
import type { Dimension } from '@tuesday/protocol';
import { normalise } from './normalise.ts';

/** What a device says about itself, and what is known without its saying. */
export interface Facts {
  readonly environment: Readonly<Record<string, string>>;
  readonly hardware: string;
  /** What it runs now. */
  readonly version: string | undefined;
}

/** @returns undefined when the device does not report the dimension */
export function valueOf({ name, normalise: rules }: Dimension, facts: Facts): string | undefined {
  const spelling = spellingOf(name, facts);
  return spelling === undefined ? undefined : normalise(rules, spelling);
}

/** What enrolment says about the hardware goes before what the device says about itself. */
function spellingOf(name: string, { environment, hardware, version }: Facts): string | undefined {
  if (name === 'hardware') return hardware;
  if (name === 'version') return version;
  return Object.hasOwn(environment, name) ? environment[name] : undefined;
}
