import { t } from '@lingui/core/macro';

/** What is different between two plans or policies, in lines. */
export interface Difference {
  /** "stage 1, share" */
  what: string;
  before: string;
  after: string;
}

const NONE = t`nothing`;

/** Values by path, depth first; lists of plain values count as one value. */
export function differences(before: unknown, after: unknown, path: readonly string[] = []): Difference[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (!isBranch(before) && !isBranch(after))
    return [{ what: pathWords(path), before: valueWords(before), after: valueWords(after) }];
  const [old, young] = [branchOf(before), branchOf(after)];
  const keys = [...new Set([...Object.keys(old), ...Object.keys(young)])];
  return keys.flatMap((key) => differences(old[key], young[key], [...path, key]));
}

function isBranch(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  return !Array.isArray(value) || value.some((one) => typeof one === 'object' && one !== null);
}

function branchOf(value: unknown): Readonly<Record<string, unknown>> {
  return isBranch(value) ? value : {};
}

/** `['stages', '0', 'gate', 'maxBadShare']` becomes "stage 1, gate, max bad share". */
function pathWords(path: readonly string[]): string {
  const words: string[] = [];
  for (const [index, key] of path.entries()) {
    if (/^\d+$/.test(key)) {
      const list = words.pop() ?? '';
      words.push(`${list.replace(/s$/, '')} ${Number(key) + 1}`.trim());
    } else words.push(index === path.length - 1 || key !== '' ? spaced(key) : key);
  }
  return words.join(', ');
}

function spaced(key: string): string {
  return key.replaceAll(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);
}

function valueWords(value: unknown): string {
  if (value === undefined || value === null || value === '') return NONE;
  if (Array.isArray(value)) return value.length === 0 ? NONE : value.join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
