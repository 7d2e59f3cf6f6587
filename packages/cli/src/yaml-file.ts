/** YAML files with errors that name file, line, field and what was expected. */
import { readFile } from 'node:fs/promises';
import { type Document, isMap, LineCounter, type Node, parseDocument } from 'yaml';
import { UsageFault } from './failures.ts';

/** The part of a zod schema that reading a file needs. */
export interface FileSchema<T> {
  safeParse(
    input: unknown,
  ):
    | { success: true; data: T }
    | { success: false; error: { issues: ReadonlyArray<{ path: PropertyKey[]; message: string }> } };
}

/** Keys that may stand at a place; `*` is any index. A misspelt key would otherwise pass in silence. */
export interface KnownKeys {
  at: readonly string[];
  keys: readonly string[];
}

interface Problem {
  path: readonly PropertyKey[];
  message: string;
}

/** A file as it stands, before anything is asked of it. */
export interface YamlText {
  readonly file: string;
  readonly value: unknown;
  /** Line of the field at a path, else of the nearest thing around it. */
  readonly lineAt: (path: readonly PropertyKey[]) => number;
}

/** @throws UsageFault when the file cannot be read, or is no YAML: `plan.yaml:7: …` */
export async function openYamlFile(file: string): Promise<YamlText> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new UsageFault(`${file}: cannot be read: ${(cause as Error).message}`);
  });
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const broken = document.errors[0];
  if (broken) throw new UsageFault(`${file}:${lines.linePos(broken.pos[0]).line}: ${broken.message}`);
  const value: unknown = document.toJS({ maxAliasCount: 100 });
  return { file, value, lineAt: (path) => lineOf(document, path, lines) };
}

/** @throws UsageFault with one line a problem: `plan.yaml:7: stages.1.share: must rise: 0.1 after 0.1` */
export async function readYamlFile<T>(
  file: string,
  schema: FileSchema<T>,
  known: readonly KnownKeys[],
): Promise<T> {
  const { value, lineAt } = await openYamlFile(file);
  const parsed = schema.safeParse(value);
  const problems = [...unknownKeys(value, known), ...(parsed.success ? [] : parsed.error.issues)];
  if (parsed.success && problems.length === 0) return parsed.data;
  throw new UsageFault(
    ...problems.slice(0, 10).map(({ path, message }) => {
      const field = path.length === 0 ? '' : ` ${path.map(String).join('.')}:`;
      return `${file}:${lineAt(path)}:${field} ${message}`;
    }),
  );
}

function unknownKeys(value: unknown, known: readonly KnownKeys[]): Problem[] {
  return known.flatMap(({ at, keys }) =>
    placesAt(value, at).flatMap(({ path, value }) =>
      Object.keys(value)
        .filter((key) => !keys.includes(key))
        .map((key) => ({
          path: [...path, key],
          message: `is not a field here; expected ${keys.join(', ')}`,
        })),
    ),
  );
}

/** The objects at a pattern, with their paths. */
function placesAt(value: unknown, pattern: readonly string[]): Array<{ path: PropertyKey[]; value: object }> {
  if (typeof value !== 'object' || value === null) return [];
  const [head, ...rest] = pattern;
  if (head === undefined) return Array.isArray(value) ? [] : [{ path: [], value }];
  const entries = Object.entries(value).filter(([key]) => head === '*' || head === key);
  return entries.flatMap(([key, inner]) =>
    placesAt(inner, rest).map((place) => ({ ...place, path: [key, ...place.path] })),
  );
}

/** Line of the field, else of the nearest thing around it. */
function lineOf(document: Document, path: readonly PropertyKey[], lines: LineCounter): number {
  for (let depth = path.length; depth > 0; depth--) {
    const start = startOf(document, path.slice(0, depth));
    if (start !== undefined) return lines.linePos(start).line;
  }
  return lines.linePos(document.contents?.range?.[0] ?? 0).line || 1;
}

/** Of the key in a map, because a value may begin on the next line. */
function startOf(document: Document, path: readonly PropertyKey[]): number | undefined {
  const parent: unknown = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const last = path.at(-1);
  if (isMap(parent)) {
    const pair = parent.items.find((item) => (item.key as { value?: unknown }).value === last);
    return (pair?.key as Node | undefined)?.range?.[0];
  }
  return (document.getIn(path, true) as Node | undefined)?.range?.[0];
}
