/** What can be written next in a filter, at the cursor. */
import { t } from '@lingui/core/macro';
import type { FilterField } from '@tuesday/protocol';
import { quoted } from './filter-words.ts';

export interface Suggestion {
  /** What is put in. */
  readonly text: string;
  readonly hint: string;
}

export interface Suggestions {
  /** The part of the text that a suggestion takes the place of. */
  readonly from: number;
  readonly to: number;
  readonly options: readonly Suggestion[];
}

const MOST = 8;
const VALUE =
  /(?:^|[;,(\s])([A-Za-z][\w.-]*)\s*(==|!=|<=|>=|<|>|=[a-z]+=)\s*(\((?:[^()]*,)?\s*)?("[^"]*|[^\s"'();,=!~<>]*)$/;
const FIELD = /(?:^|[;,(]|\s)([A-Za-z][\w.-]*|)$/;

export function suggest(text: string, cursor: number, fields: readonly FilterField[]): Suggestions {
  const before = text.slice(0, cursor);
  const none = { from: cursor, to: cursor, options: [] };
  const value = VALUE.exec(before);
  if (value) {
    const [, name, , , typed = ''] = value;
    const field = fields.find((one) => one.field === name);
    if (!field) return none;
    return { from: cursor - typed.length, to: cursor, options: valuesLike(field, typed.replace(/^"/, '')) };
  }
  const [, typed] = FIELD.exec(before) ?? [];
  // After a whole comparison a word joins; it is no field.
  if (typed === undefined || /[\w"')*]\s+$/.test(before.slice(0, before.length - typed.length))) {
    const isJoining = /[\w"')*]\s+[a-z]*$/.test(before) && !/\s(and|or)\s+[\w.]*$/.test(before);
    if (isJoining) return joins(before, cursor);
    if (typed === undefined) return none;
  }
  return { from: cursor - typed.length, to: cursor, options: fieldsLike(fields, typed) };
}

function valuesLike({ values, means }: FilterField, typed: string): Suggestion[] {
  const lower = typed.toLowerCase();
  return values
    .filter((value) => value.toLowerCase().includes(lower) && value !== typed)
    .slice(0, MOST)
    .map((value) => ({ text: quoted(value), hint: means }));
}

/** A field that is written out offers its comparisons. */
function fieldsLike(fields: readonly FilterField[], typed: string): Suggestion[] {
  const whole = fields.find(({ field }) => field === typed);
  if (whole) return whole.operators.map((operator) => ({ text: `${typed}${operator}`, hint: whole.example }));
  const lower = typed.toLowerCase();
  return fields
    .filter(({ field }) => field.toLowerCase().includes(lower))
    .toSorted((a, b) => begins(b, lower) - begins(a, lower))
    .slice(0, MOST)
    .map(({ field, kind, means }) => ({ text: `${field}${kind === 'time' ? '=lt=' : '=='}`, hint: means }));
}

function begins({ field }: FilterField, lower: string): number {
  return Number(field.toLowerCase().startsWith(lower));
}

function joins(before: string, cursor: number): Suggestions {
  const typed = /[a-z]*$/.exec(before)?.[0] ?? '';
  const options = [
    { text: 'and ', hint: t`both` },
    { text: 'or ', hint: t`either` },
  ].filter(({ text }) => text.startsWith(typed));
  return { from: cursor - typed.length, to: cursor, options };
}
