/** In which language a code is explained. */
import type { CodeText, DeclaredErrorCode, WrittenCode } from '@tuesday/protocol';
import Negotiator from 'negotiator';

/** What a release declares beside its translations is taken to be in this language. */
export const BASE = 'en';

export interface Spoken extends CodeText {
  readonly language: string;
}

/**
 * @param lang   a language tag that was asked for by name, in whatever case; '' for none
 * @param accept the header `Accept-Language` (RFC 9110, 12.5.4)
 */
export function spoken(
  {
    title,
    meaning,
    customer,
    texts,
  }: Pick<DeclaredErrorCode | WrittenCode, 'title' | 'meaning' | 'customer' | 'texts'>,
  lang: string,
  accept: string | undefined,
): Spoken {
  const language = choose([BASE, ...Object.keys(texts)], lang, accept);
  const text = Object.hasOwn(texts, language) ? texts[language] : undefined;
  return { language, ...(text ?? { title, meaning, customer }) };
}

/** The best of the languages that there are; the first where nothing fits. */
export function choose(available: readonly string[], lang: string, accept: string | undefined): string {
  const asked = pick(available, lang) ?? pick(available, accept);
  return asked ?? available[0] ?? BASE;
}

function pick(available: readonly string[], header: string | undefined): string | undefined {
  if (header === undefined || header.trim() === '' || header.length > 1_000) return undefined;
  return new Negotiator({ headers: { 'accept-language': header } }).language([...available]);
}

/** Languages whose script runs from right to left. */
export function directionOf(language: string): 'rtl' | 'ltr' {
  return /^(ar|fa|he|ur|yi|ps|sd|ug|dv|ckb)(-|$)/.test(language) ? 'rtl' : 'ltr';
}
