import { t } from '@lingui/core/macro';

/** What is wrong with a template while it is typed; the server's own refusal decides. */
const PIECES = /\{\{|\}\}|\{([^{}\n]*)\}|[{}]/g;

export function templateProblem(text: string, names: readonly string[]): string | undefined {
  if (text.trim() === '') return t`Write a text.`;
  for (const piece of text.matchAll(PIECES)) {
    const [all, name] = piece;
    if (all === '{{' || all === '}}' || (name !== undefined && names.includes(name))) continue;
    const before = text.slice(0, piece.index).split('\n');
    const column = Array.from(before.at(-1) ?? '').length + 1;
    const what =
      name === undefined
        ? t`this ${all} belongs to no placeholder; write it twice where a brace is meant`
        : t`there is no placeholder ${all}`;
    return t`Line ${before.length}, column ${column}: ${what}.`;
  }
  return undefined;
}
