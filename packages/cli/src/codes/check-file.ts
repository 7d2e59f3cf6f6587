/**
 * Is a file of error codes complete? Stricter than what a release may declare: every code says how bad it is, what
 * the customer can do, and all of that in every language that any of them has.
 */
import {
  canonicalCode,
  declaredErrorCodeSchema,
  languageTagSchema,
  parseCode,
  severitySchema,
} from '@tuesday/protocol';
import { CODE_KEYS, TEXT_KEYS } from '@tuesday/protocol/files';
import { openYamlFile, type YamlFile } from '../yaml-file.ts';
import type { Finding } from './header/extract.ts';

export interface CheckedFile {
  /** Canonical code → where it stands. */
  readonly codes: ReadonlyMap<string, { readonly line: number; readonly title: string }>;
  readonly problems: readonly Finding[];
}

type Entry = Readonly<Record<string, unknown>>;

/** @throws UsageFault when the file cannot be read, or is no YAML */
export async function checkCodesFile(file: string): Promise<CheckedFile> {
  const yaml = await openYamlFile(file);
  const check = new Check(yaml);
  if (Array.isArray(yaml.value)) check.all(yaml.value as unknown[]);
  else
    check.say(
      [],
      'expected a list of codes, each with code, title, meaning, customer, severity, failsHealth',
    );
  return check;
}

class Check implements CheckedFile {
  readonly codes = new Map<string, { line: number; title: string }>();
  readonly problems: Finding[] = [];
  readonly #yaml: YamlFile;

  constructor(yaml: YamlFile) {
    this.#yaml = yaml;
  }

  say(path: readonly PropertyKey[], message: string): void {
    const { file, lineAt } = this.#yaml;
    const field = path.length === 0 ? '' : `${path.map(String).join('.')}: `;
    this.problems.push({ file, line: lineAt(path), message: `${field}${message}` });
  }

  all(entries: readonly unknown[]): void {
    const languages = languagesOf(entries);
    for (const [index, entry] of entries.entries()) {
      if (typeof entry !== 'object' || entry === null || Array.isArray(entry))
        this.say([index], `expected an entry with ${CODE_KEYS.join(', ')}`);
      else this.#entry(entry as Entry, index, languages);
    }
  }

  #entry(entry: Entry, index: number, languages: readonly string[]): void {
    this.#keys(entry, [index], CODE_KEYS);
    this.#code(entry, index);
    this.#texts(entry, [index]);
    this.#has(entry, [index, 'severity'], `expected one of ${severitySchema.options.join(', ')}`);
    this.#has(entry, [index, 'failsHealth'], 'expected true or false: is a device that raises it unhealthy?');
    const since = entry['since'];
    if (since !== undefined && !declaredErrorCodeSchema.shape.since.safeParse(since).success)
      this.say([index, 'since'], 'expected a version, for instance 3.2.5');
    this.#languages(entry['texts'], index, languages);
  }

  #code(entry: Entry, index: number): void {
    const { code } = entry;
    const path = [index, 'code'];
    if (code === undefined) return this.say(path, 'is missing; expected a code, for instance "0x45"');
    if (typeof code === 'number')
      return this.say(
        path,
        `is the number ${code}; write it in quotes, "0x${code.toString(16).toUpperCase()}"`,
      );
    const parsed = declaredErrorCodeSchema.shape.code.safeParse(code);
    if (!parsed.success) {
      const written = typeof code === 'string' ? parseCode(code) : undefined;
      return this.say(
        path,
        written ? `write it ${written}` : (parsed.error.issues[0]?.message ?? 'is no code'),
      );
    }
    const canonical = canonicalCode(parsed.data);
    const first = this.codes.get(canonical);
    if (first) return this.say(path, `${parsed.data} is declared already, in line ${first.line}`);
    const title = typeof entry['title'] === 'string' ? entry['title'] : '';
    this.codes.set(canonical, { line: this.#yaml.lineAt(path), title });
  }

  /** Title, meaning and what the customer can do: none may be empty. */
  #texts(entry: Entry, path: readonly PropertyKey[]): void {
    const { shape } = declaredErrorCodeSchema;
    const wants = {
      title: 'a title of at most 120 characters',
      meaning: 'what it means, for support, in at most 2000 characters',
      customer: 'what the customer can do, in at most 2000 characters; say so if there is nothing to do',
    };
    for (const [key, wanted] of Object.entries(wants) as [keyof typeof wants, string][]) {
      const value = entry[key];
      const isThere = typeof value === 'string' && value.trim() !== '';
      if (!isThere || !shape[key].safeParse(value).success)
        this.say([...path, key], `${value === undefined ? 'is missing; ' : ''}expected ${wanted}`);
    }
  }

  #has(entry: Entry, path: [number, 'severity' | 'failsHealth'], expected: string): void {
    const value = entry[path[1]];
    // The defaults are for files of before; a file that is looked at says it itself.
    if (value === undefined || value === null) this.say(path, `is missing; ${expected}`);
    else if (!declaredErrorCodeSchema.shape[path[1]].safeParse(value).success) this.say(path, expected);
  }

  #keys(value: object, path: readonly PropertyKey[], known: readonly string[]): void {
    for (const key of Object.keys(value))
      if (!known.includes(key)) this.say([...path, key], `is not a field here; expected ${known.join(', ')}`);
  }

  #languages(texts: unknown, index: number, languages: readonly string[]): void {
    const path = [index, 'texts'];
    if (texts !== undefined && !isMap(texts))
      return this.say(path, 'expected languages, each with title, meaning, customer: de: {title: …}');
    const given = isMap(texts) ? texts : {};
    for (const tag of languages)
      if (!Object.hasOwn(given, tag)) this.say(path, `lacks the language ${tag}, which other codes have`);
    for (const [tag, text] of Object.entries(given)) {
      const isTag = languageTagSchema.safeParse(tag);
      if (!isTag.success) this.say([...path, tag], isTag.error.issues[0]?.message ?? 'is no language');
      if (!isMap(text)) this.say([...path, tag], `expected ${TEXT_KEYS.join(', ')}`);
      else {
        this.#keys(text, [...path, tag], TEXT_KEYS);
        this.#texts(text, [...path, tag]);
      }
    }
  }
}

function isMap(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** All that any of the codes has, in order. */
function languagesOf(entries: readonly unknown[]): string[] {
  const tags = entries.flatMap((entry) =>
    isMap(entry) && isMap(entry['texts']) ? Object.keys(entry['texts']) : [],
  );
  return [...new Set(tags)].sort();
}
