/** What went wrong with an act, in words and at its place. */
import { t } from '@lingui/core/macro';
import type { Refusal } from '@tuesday/protocol';
import { isSignedOut, Refused } from '../api.ts';
import { spanWords } from '../time.ts';

export interface Failure {
  words: string;
  /** Field that the server names. */
  field: string | undefined;
  code: string | undefined;
}

/** @param command what does the same from a terminal, for when nobody answers */
export function failureOf(error: unknown, command?: string): Failure {
  if (isSignedOut(error))
    return {
      words: t`Not sent: your session has ended. What you typed is still here; sign in and send it again.`,
      field: undefined,
      code: 'unauthenticated',
    };
  if (error instanceof Refused)
    return {
      words: refusalWords(error.refusal, error.wait),
      field: error.refusal.field,
      code: error.refusal.code,
    };
  if (error instanceof Told) return { words: error.message, field: undefined, code: undefined };
  const terminal = command === undefined ? '' : t` From a terminal: ${command}`;
  return { words: t`Not sent: the server does not answer.${terminal}`, field: undefined, code: undefined };
}

/** Something that the page itself has to say; its message is for people. */
export class Told extends Error {}

/** The server's own sentence and advice, word for word. */
export function refusalWords(refusal: Pick<Refusal, 'code' | 'because' | 'try'>, wait?: number): string {
  const conflict = refusal.code === 'conflict' ? t`Somebody was faster. ` : '';
  const again = wait === undefined ? '' : t` Again in ${spanWords(wait * 1_000)}.`;
  return t`${conflict}Refused: ${ended(refusal.because)} Try: ${ended(refusal.try)}${again}`;
}

function ended(sentence: string): string {
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
