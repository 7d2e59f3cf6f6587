/** One comparison of a filter. */
import type { ComparisonNode } from '@rsql/ast';
import {
  attributeNameSchema,
  canonicalCode,
  isRefused,
  type OrRefused,
  parseCode,
  type Refusal,
  rolloutIdSchema,
  versionSchema,
} from '@tuesday/protocol';
import { type Field, FIELDS, operatorsOf, ourWordFor } from './fields.ts';
import type { Filter, Order, Subject } from './filter.ts';
import type { Place } from './positions.ts';
import { readMoment } from './read-moment.ts';
import { bad } from './refuse-filter.ts';

const ORDERS: Readonly<Record<string, Order>> = {
  '<': '<',
  '=lt=': '<',
  '<=': '<=',
  '=le=': '<=',
  '>': '>',
  '=gt=': '>',
  '>=': '>=',
  '=ge=': '>=',
};
const MATCHES = new Set(['==', '!=', '=in=', '=out=']);
const LONGEST_LIST = 500;

export function readTest(node: ComparisonNode, place: Place, now: number): OrRefused<Filter> {
  const { selector } = node.left;
  const found = findField(selector, place.field);
  if (isRefused(found)) return found;
  const { field, rest } = found;
  const { operator } = node;
  const order = ORDERS[operator];
  const kinds = operatorsOf(field.kind);
  const isKnown =
    order === undefined ? MATCHES.has(operator) && kinds.includes(operator) : kinds.includes('=lt=');
  if (!isKnown)
    return bad(place.field, `${selector} is not compared by ${operator}; possible are ${kinds.join(' ')}`);
  const values = [node.right.value].flat();
  if (values.length > LONGEST_LIST) return bad(place.value, `a list has at most ${LONGEST_LIST} values`);
  const isList = operator === '=in=' || operator === '=out=';
  if (!isList && values.length !== 1)
    return bad(place.value, `${operator} takes one value; a list stands after =in= or =out=`);
  if (order !== undefined) return readOrder(field, order, values[0] ?? '', place.value, now);
  const not = operator === '!=' || operator === '=out=';
  return readMatch(field, rest, { values, not, at: place.value });
}

/** The longest field that the selector begins with. */
function findField(selector: string, at: number): OrRefused<{ field: Field; rest: string | null }> {
  const [name = '', ...more] = selector.split('.');
  const rest = more.length === 0 ? null : more.join('.');
  const field = FIELDS.find((one) => one.field === name);
  if (!field || (rest !== null && field.after === undefined)) return unknown(selector, at);
  if (rest === null) {
    if (field.needsMore)
      return bad(at, `say which attribute: ${field.field}.<attribute>`, `for instance ${field.example}`);
    return { field, rest };
  }
  const schema = field.after === 'attribute' ? attributeNameSchema : rolloutIdSchema;
  const parsed = schema.safeParse(rest);
  if (!parsed.success)
    return bad(at + name.length + 1, `"${rest}" is no ${field.after}: ${parsed.error.issues[0]?.message}`);
  return { field, rest };
}

function unknown(selector: string, at: number): { refused: Refusal } {
  const ours = ourWordFor(selector);
  const names = FIELDS.map(({ field, needsMore }) => (needsMore ? `${field}.<attribute>` : field));
  const hint = ours === undefined ? '' : ` It is called ${ours} here.`;
  return bad(at, `there is no field "${selector}".${hint} Possible are ${names.join(', ')}`);
}

function readOrder(field: Field, order: Order, value: string, at: number, now: number): OrRefused<Filter> {
  if (field.kind === 'version') {
    const parsed = versionSchema.safeParse(value);
    if (!parsed.success) return bad(at, `"${value}" is no version: ${parsed.error.issues[0]?.message}`);
    return { kind: 'version', order, version: parsed.data };
  }
  const moment = readMoment(value, now);
  if (moment === undefined)
    return bad(
      at,
      `"${value}" is no time: use a span from now, -45m, -24h or -3d, or an instant, 2026-11-20T09:00Z`,
    );
  return { kind: 'time', of: field.field === 'enrolled' ? 'enrolled' : 'lastSeen', order, at: moment };
}

interface Given {
  values: readonly string[];
  not: boolean;
  at: number;
}

function readMatch(field: Field, rest: string | null, { values, not, at }: Given): OrRefused<Filter> {
  if (field.choices) {
    const wrong = values.find((value) => !value.includes('*') && !field.choices?.includes(value));
    if (wrong !== undefined)
      return bad(at, `${field.field} is never "${wrong}"; possible are ${field.choices.join(', ')}`);
  }
  if (values.some((value) => value === '')) return bad(at, 'an empty value fits nothing; use * for anything');
  const patterns = values.map((value) => (field.field === 'error' ? codePattern(value) : value));
  return { kind: 'match', subject: subjectOf(field, rest), patterns, not };
}

function subjectOf({ field }: Field, rest: string | null): Subject {
  switch (field) {
    case 'environment':
      return { of: 'environment', attribute: rest ?? '' };
    case 'state':
    case 'reason':
      return { of: field, rollout: rest };
    default:
      return { of: field } as Subject;
  }
}

/** Whatever case and zeros it is written with. */
function codePattern(value: string): string {
  return parseCode(value) === undefined ? value : canonicalCode(value);
}
