/** YAML that people write, with the line of everything that is in it. Needs the text alone, so it works anywhere. */
import { type Document, isMap, LineCounter, type Node, parseDocument } from 'yaml';

/** What is wrong with a file, and where. */
export interface FileProblem {
  /** From 1 on. */
  readonly line: number;
  /** Names the field, and what was expected. */
  readonly message: string;
}

/** A text as it stands, before anything is asked of it. */
export interface YamlText {
  readonly value: unknown;
  /** Line of the field at a path, else of the nearest thing around it. */
  readonly lineAt: (path: readonly PropertyKey[]) => number;
}

/** @returns the first problem when the text is no YAML */
export function openYamlText(text: string): YamlText | { readonly broken: FileProblem } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const broken = document.errors[0];
  if (broken) return { broken: { line: lines.linePos(broken.pos[0]).line, message: broken.message } };
  const value: unknown = document.toJS({ maxAliasCount: 100 });
  return { value, lineAt: (path) => lineOf(document, path, lines) };
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
