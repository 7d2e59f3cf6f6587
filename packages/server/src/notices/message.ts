/** A notice as people read it. */
import type { Instant, NoticeKind } from '@tuesday/protocol';
import type { Config } from '../config.ts';
import { KINDS } from './kinds.ts';
import type { Notice } from './put.ts';

export interface Message {
  /** The same each time that it is sent, so that whoever gets it twice can tell. */
  readonly id: string;
  readonly kind: NoticeKind;
  /** When it happened, by the clock of the control plane. */
  readonly at: Instant;
  readonly title: string;
  /** One line. */
  readonly subject: string;
  /** Plain sentences, one a paragraph. */
  readonly lines: readonly string[];
  /** Page of the console; null where nobody has said where that is. */
  readonly link: string | null;
  readonly about: string;
}

export function messageOf(
  id: string,
  at: Instant,
  notice: Notice,
  { publicUrl }: Pick<Config, 'publicUrl'>,
): Message {
  const { tag, next } = KINDS[notice.kind];
  const object = notice.about.split(' ').at(-1) ?? '';
  const lines = [...notice.lines, next.replace('<id>', object)].map(oneLine).filter((line) => line !== '');
  const title = oneLine(notice.title);
  return {
    id,
    kind: notice.kind,
    at,
    title,
    subject: `[Tuesday] ${tag}: ${title}`.slice(0, 200),
    lines,
    link: publicUrl === undefined ? null : `${publicUrl}${notice.path}`,
    about: oneLine(notice.about),
  };
}

/** Names and reasons come from people: a line of theirs stays one line, without what a terminal would obey. */
function oneLine(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll(/[\u202a-\u202e\u2066-\u2069]/g, '')
    .trim();
}
