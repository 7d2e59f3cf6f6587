/** The languages of the console. A new one is a line here and a catalogue beside `en`; `docs/console.md` says how. */
import type { Messages } from '@lingui/core';

export interface Language {
  /** In the language itself, for whoever looks for theirs. */
  readonly name: string;
  /** How dates and numbers are written. */
  readonly conventions: string;
  /** Absent for the language of the sources, whose words stand in the code. */
  readonly load?: () => Promise<{ messages: Messages }>;
}

/** The language of the sources. */
export const SOURCE = 'en';

export const LANGUAGES: Readonly<Record<string, Language>> = {
  [SOURCE]: { name: 'English', conventions: 'en-GB' },
};
