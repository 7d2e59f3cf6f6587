/** Error codes: how they are written, what a release says about each, and which of them it leaves out. */
import * as z from 'zod';
import { errorCodeSchema, versionSchema, type ErrorCode } from './ids.ts';

/** How bad it is for the customer. Whether it fails the health check is a question of its own. */
export const severitySchema = z.enum(['info', 'warning', 'critical']);
export type Severity = z.infer<typeof severitySchema>;

const title = z.string().min(1).max(120);
const meaning = z.string().min(1).max(2_000);
const customer = z.string().max(2_000);

/** What people read about a code, in one language. */
export const codeTextSchema = z.object({
  title,
  /** What it means, for support. */
  meaning,
  /** What the customer can do. */
  customer: customer.default(''),
});
export type CodeText = z.infer<typeof codeTextSchema>;

/** Language, script and region of BCP 47 (RFC 5646), in its recommended case: `de`, `pt-BR`, `zh-Hant-TW`. */
export const languageTagSchema = z
  .string()
  .regex(
    /^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?$/,
    'use a language tag of BCP 47, for instance de or pt-BR',
  );

const LANGUAGES = 64;

/** A code that the firmware may raise, in the words of the people who answer the phone. */
export const declaredErrorCodeSchema = z.object({
  code: errorCodeSchema,
  title,
  /** What it means, for support. */
  meaning,
  /** What the customer can do; empty: nothing is said about it. */
  customer: customer.default(''),
  severity: severitySchema.default('warning'),
  /** Whether a device that raises it counts as unhealthy. */
  failsHealth: z.boolean(),
  /** The first version that can raise it, where that is known. */
  since: versionSchema.optional(),
  /** The same in other languages, by tag. */
  texts: z
    .record(languageTagSchema, codeTextSchema)
    .default({})
    .refine((texts) => Object.keys(texts).length <= LANGUAGES, {
      message: `has more than ${LANGUAGES} languages`,
    }),
});
export type DeclaredErrorCode = z.infer<typeof declaredErrorCodeSchema>;

/** One code, or all from one to another: `0x45`, `0x40-0x4F`. */
export const codeRangeSchema = z
  .string()
  .regex(
    /^0x[0-9A-F]{1,8}(-0x[0-9A-F]{1,8})?$/,
    'use a code or a range of codes in upper-case hex, for instance 0x45 or 0x40-0x4F',
  )
  .refine((text) => boundsOf(text).from <= boundsOf(text).to, { message: 'ends before it begins' });

/**
 * The one way in which a code is compared and shown: `0X0045`, `0x045` and `0x45` are the same.
 *
 * @param code `0x` and hex digits, in any case
 */
export function canonicalCode(code: string): ErrorCode {
  return codeOf(numberOf(code));
}

/** @returns the code in canonical form; undefined when the text is none, in whatever case it is written */
export function parseCode(text: string): ErrorCode | undefined {
  return /^0x[0-9a-f]{1,8}$/i.test(text) ? canonicalCode(text) : undefined;
}

/** @param value 0 to 2³² - 1 */
export function codeOf(value: number): ErrorCode {
  return `0x${value.toString(16).toUpperCase()}`;
}

const numberOf = (code: string) => Number.parseInt(code.slice(2), 16);

interface Bounds {
  from: number;
  to: number;
}

function boundsOf(range: string): Bounds {
  const [from = '', to = from] = range.split('-');
  return { from: numberOf(from), to: numberOf(to) };
}

/**
 * What can be raised and is not documented. Costs as much as there are ranges and codes, however wide a range is.
 *
 * @param raises     codes and ranges, in any order; they may overlap
 * @param documented codes
 * @param shown      most codes that are listed
 */
export function undocumentedCodes(
  raises: readonly string[],
  documented: readonly string[],
  shown: number,
): { codes: ErrorCode[]; more: number } {
  const known = [...new Set(documented.map(numberOf))].sort((a, b) => a - b);
  const codes: ErrorCode[] = [];
  let missing = 0;
  let next = 0;
  for (const { from, to } of merged(raises)) {
    let at = from;
    while (at <= to) {
      while (next < known.length && (known[next] as number) < at) next++;
      const end = Math.min(to + 1, known[next] ?? Number.POSITIVE_INFINITY);
      for (let code = at; code < end && codes.length < shown; code++) codes.push(codeOf(code));
      missing += end - at;
      at = end + 1;
    }
  }
  return { codes, more: missing - codes.length };
}

/** In order, and no two of them overlap. */
function merged(raises: readonly string[]): Bounds[] {
  const sorted = raises.map(boundsOf).sort((a, b) => a.from - b.from);
  const result: Bounds[] = [];
  for (const { from, to } of sorted) {
    const last = result.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else result.push({ from, to });
  }
  return result;
}
