/** Releases in words: what one is, what it still lacks, and what comes next. */
import { plural, t } from '@lingui/core/macro';
import type { ReleaseView } from '@tuesday/protocol';
import { listed } from '../language/lists.ts';
import type { Tone } from '../rollouts/words.ts';
import { bothWords } from '../time.ts';

export interface Standing {
  tone: Tone;
  /** Two words for a list. */
  chip: string;
  /** What it is and what is missing next. */
  sentence: string;
  /** Who or what must act next; `nothing` when it is published. */
  next: 'bytes' | 'trust' | 'signatures' | 'nothing';
}

/** @param trusted the server has a root of trust; without one nobody can sign */
export function standingOf(release: ReleaseView, zone: string, trusted = true): Standing {
  const { state, missingArtifacts: missing, signatures, publishedAt, version } = release;
  if (state === 'published') {
    const at = publishedAt === null ? '' : t` on ${bothWords(publishedAt, zone)}`;
    const by = signatures.have.length === 0 ? '' : t` ${signers(release)} signed it.`;
    const sentence = t`${version} is published${at}.${by} Devices take it when a rollout offers it to them.`;
    return { tone: 'good', chip: t`published`, sentence, next: 'nothing' };
  }
  if (missing.length > 0) {
    const sentence = t`${version} is a draft: the bytes for ${listed(missing)} are not uploaded yet. People can sign it when they are.`;
    return { tone: 'waiting', chip: t`draft`, sentence, next: 'bytes' };
  }
  if (!trusted) {
    const sentence = t`${version} is a draft that nobody can sign, because this server has no root of trust yet.`;
    return { tone: 'waiting', chip: t`draft`, sentence, next: 'trust' };
  }
  return {
    tone: 'active',
    chip: t`${signatures.have.length} of ${signatures.need} signed`,
    sentence: waitsFor(release),
    next: 'signatures',
  };
}

/** In a list, where the version stands beside it. */
export function shortStanding(release: ReleaseView, zone: string): string {
  const { state, missingArtifacts: missing, signatures, publishedAt } = release;
  if (state === 'published') return publishedAt === null ? '' : t`published ${bothWords(publishedAt, zone)}`;
  if (missing.length > 0) return t`lacks the bytes for ${listed(missing)}`;
  const { have, need } = signatures;
  if (have.length === 0) return t`waits for ${numeral(need)} signatures`;
  return t`waits for signature ${have.length + 1} of ${need}; ${signers(release)} signed`;
}

function waitsFor(release: ReleaseView): string {
  const { have, need } = release.signatures;
  if (have.length === 0)
    return plural(need, {
      one: `${release.version} waits for its only signature.`,
      other: `${release.version} waits for ${numeral(need)} signatures, each of another person. Nobody has signed yet.`,
    });
  const next = t`${ORDINALS[have.length] ?? t`${have.length + 1}th`} signature of ${numeral(need)}`;
  return t`${release.version} waits for the ${next}: ${signers(release)} signed, and another person must sign with their own key.`;
}

const ORDINALS = [t`first`, t`second`, t`third`, t`fourth`, t`fifth`];
const NUMERALS = [t`no`, t`one`, t`two`, t`three`, t`four`, t`five`];
const numeral = (count: number) => NUMERALS[count] ?? String(count);

function signers({ signatures }: ReleaseView): string {
  return listed(signatures.have.map(({ label }) => label));
}

const UNITS = [t`kB`, t`MB`, t`GB`];

/** "512 bytes", "1.5 MB"; powers of ten, as disks and networks are sold. */
export function sizeWords(bytes: number): string {
  if (bytes < 1_000) return t`${bytes} ${plural(bytes, { one: 'byte', other: 'bytes' })}`;
  const power = Math.min(UNITS.length, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1_000 ** power;
  return `${value.toFixed(value < 10 ? 1 : 0)} ${UNITS[power - 1]}`;
}

/** Of the notes, what stands on their first line. */
export function firstLine(notes: string): string {
  return notes.trim().split('\n', 1)[0] ?? '';
}
