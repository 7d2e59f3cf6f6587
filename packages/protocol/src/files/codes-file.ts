/** Files of error codes, and lists of what a firmware can raise: one reading for command line and console. */
import { codeRangeSchema, codeTextSchema, declaredErrorCodeSchema } from '../error-codes.ts';
import { type ReleaseManifest, releaseManifestSchema } from '../release.ts';
import { type Checked, checkYaml, type KnownKeys } from './check-yaml.ts';
import { type FileProblem, openYamlText, type YamlText } from './yaml-text.ts';

export const CODE_KEYS = Object.keys(declaredErrorCodeSchema.shape);
export const TEXT_KEYS = Object.keys(codeTextSchema.shape);

export const CODES_FILE_KEYS: readonly KnownKeys[] = [
  { at: ['*'], keys: CODE_KEYS },
  { at: ['*', 'texts', '*'], keys: TEXT_KEYS },
];
export const codesFileSchema = releaseManifestSchema.shape.errorCodes;

export function readCodesText(text: string): Checked<ReleaseManifest['errorCodes']> {
  const yaml = openYamlText(text);
  if ('broken' in yaml) return { problems: [yaml.broken] };
  const checked = checkYaml(yaml, codesFileSchema, CODES_FILE_KEYS);
  if (checked.problems === undefined) return checked;
  const problems = checked.problems.map(({ line, message }) => ({ line, message: inWords(message) }));
  return { problems: problems.sort((a, b) => a.line - b.line) };
}

/** What people do wrong most, in their words instead of the schema's. */
function inWords(message: string): string {
  return message
    .replace(
      /(?<=\.code: )Invalid input: expected string, received number/,
      'is a number; write it in quotes',
    )
    .replace(/Invalid input: expected \w+, received undefined/, 'is missing')
    .replace(/^Invalid input: expected array, received \w+$/, 'expected a list of codes');
}

export interface Raised {
  /** `0x45` or `0x40-0x4F`. */
  readonly range: string;
  readonly line: number;
}

/** The ranges of a list with their lines, and what is wrong with the others. */
export function raisedIn({ value, lineAt }: YamlText): { raised: Raised[]; problems: FileProblem[] } {
  if (!Array.isArray(value)) {
    const message = 'expected a list of codes and ranges, for instance - 0x40-0x4F';
    return { raised: [], problems: [{ line: lineAt([]), message }] };
  }
  const raised: Raised[] = [];
  const problems: FileProblem[] = [];
  for (const [index, entry] of (value as unknown[]).entries()) {
    const line = lineAt([index]);
    const parsed = codeRangeSchema.safeParse(rangeOf(entry));
    if (parsed.success) raised.push({ range: parsed.data, line });
    else problems.push({ line, message: `${index}: ${whyNot(entry, parsed.error.issues[0]?.message)}` });
  }
  return { raised, problems };
}

export function readRaisesText(text: string): Checked<ReleaseManifest['raises']> {
  const yaml = openYamlText(text);
  if ('broken' in yaml) return { problems: [yaml.broken] };
  const { raised, problems } = raisedIn(yaml);
  return problems.length > 0 ? { problems } : { data: [...new Set(raised.map(({ range }) => range))] };
}

/** The output of `codes extract` has entries; whoever writes by hand writes the codes alone. */
function rangeOf(entry: unknown): unknown {
  return typeof entry === 'object' && entry !== null && 'code' in entry ? entry.code : entry;
}

function whyNot(entry: unknown, message = 'is no code'): string {
  return typeof entry === 'number' ? 'is a number; write it in quotes, for instance "0x45"' : message;
}
