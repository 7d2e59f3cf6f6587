/** The language of templates: text with placeholders in braces. Pure. */
import { refuse, type Refusal } from '@tuesday/protocol';
import { type Placeholder, PLACEHOLDERS, type Values } from './text-values.ts';

/** A doubled brace, a placeholder, or a brace that is neither. */
const PIECES = /\{\{|\}\}|\{([^{}\n]*)\}|[{}]/g;

const isKnown = (name: string | undefined): name is Placeholder =>
  name !== undefined && Object.hasOwn(PLACEHOLDERS, name);

/** The first thing in it that is no placeholder, with its place; undefined: it can be filled. */
export function templateProblem(text: string): Refusal | undefined {
  for (const piece of text.matchAll(PIECES)) {
    const [all, name] = piece;
    if (all === '{{' || all === '}}' || isKnown(name)) continue;
    const because =
      name === undefined
        ? `this ${all} belongs to no placeholder; write it twice where a brace is meant`
        : `there is no placeholder ${all}`;
    return refuse('bad-request', `text: ${placeOf(text, piece.index)}: ${because}`, {
      field: 'text',
      try: `use one of ${Object.keys(PLACEHOLDERS).join(', ')}`,
    });
  }
  return undefined;
}

/** `line 3, column 14`, both from 1. */
function placeOf(text: string, index: number): string {
  const before = text.slice(0, index).split('\n');
  return `line ${before.length}, column ${Array.from(before.at(-1) ?? '').length + 1}`;
}

export function placeholdersIn(text: string): Placeholder[] {
  const names = [...text.matchAll(PIECES)].map(([, name]) => name);
  return [...new Set(names)].filter(isKnown);
}

/** A sentence that says nothing leaves no hole: neither a double space nor an empty paragraph. */
export function fillTemplate(text: string, values: Values): string {
  const paragraphs = text.split('\n\n').flatMap((paragraph) => {
    const filled = paragraph.replaceAll(PIECES, (all, name: string | undefined) => {
      if (all === '{{' || all === '}}') return all[0] ?? '';
      return isKnown(name) ? values[name] || HOLE : all;
    });
    const mended = filled.replaceAll(` ${HOLE}`, '').replaceAll(LEADING, '').replaceAll(HOLE, '');
    return mended.trim() === '' && filled.includes(HOLE) ? [] : [mended];
  });
  return paragraphs.join('\n\n').trim();
}

/** Stands where nothing was said, until what is around it is mended. No text of people has it. */
const HOLE = '\u0000';
/** At the beginning of a line, with the space behind it. */
const LEADING = new RegExp(`^${HOLE} ?`, 'gm');
