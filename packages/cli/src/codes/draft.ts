/** What was extracted as the beginning of a file of error codes: what a header cannot say is left empty. */
import { stringify } from 'yaml';
import type { ExtractedCode } from './header/extract.ts';

/** YAML. A code that has several names stands there once, under the first. */
export function draftOf(codes: readonly ExtractedCode[]): string {
  const byCode = Map.groupBy(codes, ({ code }) => code);
  const entries = [...byCode].sort(([a], [b]) => Number(a) - Number(b));
  const head = '# Write down what is empty; tuesday codes check says what is missing.\n';
  if (entries.length === 0) return `${head}[]\n`;
  return head + entries.map(([code, names]) => entryOf(code, names)).join('');
}

function entryOf(code: string, names: readonly ExtractedCode[]): string {
  const where = names.map(({ name, file, line }) => `# ${name}, ${file}:${line}\n`).join('');
  const title = names.find((one) => one.title !== '')?.title ?? '';
  const fields = { code, title, meaning: '', customer: '', severity: null, failsHealth: null };
  const text = stringify([fields], { defaultStringType: 'QUOTE_SINGLE', defaultKeyType: 'PLAIN' });
  return where + text.replaceAll(/: null$/gm, ':');
}
