/** Finds words of the console that are not in its message catalogue: text that no macro of Lingui wraps. */
import { parseSync } from 'vite';
import { isSilent, isWord, readsAsWords } from './reading.ts';
import type { SourceFile } from '../walls/check.ts';

/** Of the syntax tree, what is looked at. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly [key: string]: unknown;
}

/** What stands in these is in the catalogue. */
const MACROS = /^(t|msg|plural|select|selectOrdinal)$/;
const MACRO_TAGS = /^(Trans|Plural|Select|SelectOrdinal)$/;
/** Shown as it is typed. */
const VERBATIM = /^(code|kbd|pre|samp|CommandLine)$/;
/** Takes words, even a single one. */
const SAID = /^(label|title|alt|lead|hint|act|what|means|problem|refusal|note|legend|aria-label)$/;

export function bareWords({ path, text }: SourceFile): string[] {
  const found: string[] = [];
  const tell = (at: number, words: string) => {
    const line = text.slice(0, at).split('\n').length;
    const short = words.replaceAll(/\s+/g, ' ').trim().slice(0, 60);
    found.push(
      `${path}:${line}: “${short}” is not in the message catalogue; write it as t\`…\` or in <Trans>, then run npm run words`,
    );
  };
  look(parseSync(path, text).program as unknown as Node, false, tell);
  return found;
}

type Tell = (at: number, words: string) => void;

/** @param said the place takes words, so that a single one counts too */
function look(node: Node, said: boolean, tell: Tell): void {
  if (node.type.startsWith('TS') && !/^TS(As|Satisfies|NonNull)Expression$/.test(node.type)) return;
  if (node.type.startsWith('Import') && node.type.endsWith('Declaration')) return;
  if (node.type === 'JSXText')
    return isWord(String(node['value'])) ? tell(node.start, String(node['value'])) : undefined;
  if (isMacro(node) || isSilentPlace(node)) return;
  const words = stringOf(node);
  if (words !== undefined && (readsAsWords(words) || (said && isWord(words)))) return tell(node.start, words);
  const takesWords = node.type === 'JSXAttribute' ? SAID.test(nameOf(node['name'])) : said && passesOn(node);
  for (const child of childrenOf(node)) look(child, takesWords, tell);
}

function isMacro(node: Node): boolean {
  if (node.type === 'TaggedTemplateExpression') return MACROS.test(nameOf(node['tag']));
  if (node.type === 'CallExpression') return MACROS.test(nameOf(node['callee']));
  if (node.type !== 'JSXElement') return false;
  const name = nameOf((node['openingElement'] as Node)['name']);
  return MACRO_TAGS.test(name) || VERBATIM.test(name);
}

function isSilentPlace(node: Node): boolean {
  if (node.type === 'JSXAttribute') return isSilent('attribute', nameOf(node['name']));
  if (node.type === 'CallExpression' || node.type === 'NewExpression')
    return isSilent('call', nameOf(node['callee']));
  if (node.type === 'Property') return isSilent('property', nameOf(node['key']));
  return node.type === 'VariableDeclarator' && isSilent('variable', nameOf(node['id']));
}

/** What is chosen between is as much a word as what is chosen. */
function passesOn(node: Node): boolean {
  return /^(JSXExpressionContainer|ConditionalExpression|LogicalExpression)$/.test(node.type);
}

/** Of a template, with “{}” for what is put in. */
function stringOf(node: Node): string | undefined {
  if (node.type === 'Literal') return typeof node['value'] === 'string' ? node['value'] : undefined;
  if (node.type !== 'TemplateLiteral') return undefined;
  return (node['quasis'] as Array<{ value: { cooked: string } }>).map(({ value }) => value.cooked).join('{}');
}

function nameOf(node: unknown): string {
  const { type, name, value, property, namespace } = (node ?? {}) as Record<string, unknown>;
  if (type === 'JSXNamespacedName') return `${nameOf(namespace)}:${nameOf(name)}`;
  if (type === 'MemberExpression') return nameOf(property);
  return typeof name === 'string' ? name : typeof value === 'string' ? value : '';
}

function childrenOf(node: Node): Node[] {
  const isNode = (one: unknown): one is Node =>
    typeof one === 'object' && one !== null && typeof (one as Node).type === 'string';
  return Object.values(node).flat().filter(isNode);
}
