/** Codes in words. */
import type { CodeState, CodeView, Severity } from '@tuesday/protocol';
import { conventions } from '../language/i18n.ts';
import type { Tone } from '../rollouts/words.ts';

export const STATE_WORDS: Readonly<Record<CodeState, string>> = {
  documented: 'documented',
  written: 'written down',
  stub: 'unknown',
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
  if (fails === null) return 'not known';
  return fails ? 'fails the health check' : 'does not fail the health check';
}

export function devicesWords(devices: number): string {
  const number = devices.toLocaleString(conventions);
  return devices === 1 ? '1 device' : `${number} devices`;
}

/** Where a code was seen first, as name and value. */
export function firstSeen({ stub }: CodeView): ReadonlyArray<readonly [string, string]> {
  if (!stub) return [];
  return [
    ['seen by', stub.firstDevice ?? (stub.seenBy === 'ticket' ? 'a ticket' : 'a device')],
    ['running', stub.firstRelease ?? 'not known'],
    ...Object.entries(stub.firstEnvironment ?? {}),
    ['so far on', devicesWords(stub.devices)],
  ];
}
