/** Values of flags, parsed where they are typed. */
import { InvalidArgumentError } from 'commander';

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('must be a whole number');
  return value;
}

export interface ArtifactFlag {
  hardware: string;
  file: string;
}

/** `th-2=./fw.bundle`, repeatable. */
export function artifactFlag(text: string, before: ArtifactFlag[] = []): ArtifactFlag[] {
  const equals = text.indexOf('=');
  if (equals < 1 || equals === text.length - 1) {
    throw new InvalidArgumentError('must read hardware=file, for instance th-2=./fw.bundle');
  }
  return [...before, { hardware: text.slice(0, equals), file: text.slice(equals + 1) }];
}

/** `alice,bob`: two different names at least. */
export function namesFlag(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.some((name) => !/^[a-z0-9][a-z0-9_-]{0,31}$/.test(name))) {
    throw new InvalidArgumentError('names are small letters, digits, "_" and "-", separated by commas');
  }
  if (new Set(names).size !== names.length || names.length < 2) {
    throw new InvalidArgumentError('must be two different people at least');
  }
  return names;
}

/** `2026-12-01T09:00Z`: milliseconds since 1970. Without a zone nobody would know which morning it is. */
export function instant(text: string): number {
  const millis = /T.*(Z|[+-]\d{2}:\d{2})$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isFinite(millis) || millis < 0)
    throw new InvalidArgumentError('must be a time with its zone, for instance 2026-12-01T09:00Z');
  return millis;
}

/** `2026-11-20` (midnight UTC), or with a time and its offset: `2026-11-20T17:30Z`. Unix milliseconds. */
export function instantFlag(text: string): number {
  const instant = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d))?$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (Number.isNaN(instant))
    throw new InvalidArgumentError(
      'must be a date, 2026-11-20, or a time with its offset, 2026-11-20T17:30Z',
    );
  return instant;
}

/** A flag that may be given several times. */
export function severalFlag(text: string, before: string[] = []): string[] {
  return [...before, text];
}

/** A number above zero, with or without a fraction. */
export function positiveNumber(text: string): number {
  const value = Number(text);
  if (!/^\d{1,9}(\.\d{1,6})?$/.test(text) || value <= 0) {
    throw new InvalidArgumentError('must be a number above zero');
  }
  return value;
}
