/** Holds the content of a YAML text to a schema. */
import type { FileProblem, YamlText } from './yaml-text.ts';

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

/** What a file says, or everything that is wrong with it. */
export type Checked<T> =
  | { readonly data: T; readonly problems?: never }
  | { readonly data?: never; readonly problems: readonly FileProblem[] };

interface Issue {
  path: readonly PropertyKey[];
  message: string;
}

export function checkYaml<T>(
  { value, lineAt }: YamlText,
  schema: FileSchema<T>,
  known: readonly KnownKeys[],
): Checked<T> {
  const parsed = schema.safeParse(value);
  const issues: Issue[] = [...unknownKeys(value, known), ...(parsed.success ? [] : parsed.error.issues)];
  if (parsed.success && issues.length === 0) return { data: parsed.data };
  return {
    problems: issues.map(({ path, message }) => ({
      line: lineAt(path),
      message: path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`,
    })),
  };
}

function unknownKeys(value: unknown, known: readonly KnownKeys[]): Issue[] {
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
