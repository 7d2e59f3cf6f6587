/** Codes in words. */
import { plural, t } from '@lingui/core/macro';
import type { CodeState, CodeView, Severity } from '@tuesday/protocol';
import { conventions } from '../language/i18n.ts';
import type { Tone } from '../rollouts/words.ts';

export const STATE_WORDS: Readonly<Record<CodeState, string>> = {
  documented: t`documented`,
  written: t`written down`,
  stub: t`unknown`,
};
export const STATE_TONES: Readonly<Record<CodeState, Tone>> = {
  documented: 'good',
  written: 'waiting',
  stub: 'bad',
};
export const SEVERITY_TONES: Readonly<Record<Severity, Tone>> = {
  info: 'calm',
  warning: 'waiting',
  critical: 'bad',
};

export function healthWords(fails: boolean | null): string {
  if (fails === null) return t`not known`;
  return fails ? t`fails the health check` : t`does not fail the health check`;
}

export function devicesWords(devices: number): string {
  const number = devices.toLocaleString(conventions());
  return plural(devices, { one: '1 device', other: `${number} devices` });
}

/** Where a code was seen first, as name and value. */
export function firstSeen({ stub }: CodeView): ReadonlyArray<readonly [string, string]> {
  if (!stub) return [];
  return [
    [t`seen by`, stub.firstDevice ?? (stub.seenBy === 'ticket' ? t`a ticket` : t`a device`)],
    [t`running`, stub.firstRelease ?? t`not known`],
    ...Object.entries(stub.firstEnvironment ?? {}),
    [t`so far on`, devicesWords(stub.devices)],
  ];
}
