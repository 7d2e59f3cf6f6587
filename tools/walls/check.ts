/**
 * Fails on an import that is not in the table, on a deep import into another package, on a relative import
 * that leaves its package, and on an external package that the importer does not declare.
 */
import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, normalize, sep } from 'node:path';
import { PARTS, TEST_EXTRA, TEST_TOOLS, WALLS } from './table.ts';

export interface SourceFile {
  /** Path from the root of the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

const importPattern =
  /(?:^|[^.\w])(?:import|export)\s+(?:type\s+)?(?:[\w*{}\s,$]+?\s+from\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm;

export function importsOf(text: string): string[] {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');
  return [...code.matchAll(importPattern)].map((match) => match[1] ?? match[2] ?? '');
}

/** Name of the package that a path belongs to, or undefined outside all packages. */
function packageOf(path: string): string | undefined {
  const parts = path.split('/');
  if (parts[0] === 'e2e') return 'e2e';
  return parts[0] === 'packages' ? parts[1] : undefined;
}

const isTest = (path: string) => /\.(test|slow)\.tsx?$|\/testing\//.test(path);

function externalName(specifier: string): string {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? '');
}

/** One sentence for each wall that the file breaks. */
export function breaches(file: SourceFile, declared: (name: string) => ReadonlySet<string>): string[] {
  const own = packageOf(file.path);
  if (own === undefined) return [];
  const found: string[] = [];
  for (const specifier of importsOf(file.text)) {
    const problem = judge(file, own, specifier, declared);
    if (problem !== undefined) found.push(`${file.path}: ${problem}`);
  }
  return found;
}

function judge(
  file: SourceFile,
  own: string,
  specifier: string,
  declared: (name: string) => ReadonlySet<string>,
): string | undefined {
  if (specifier.startsWith('.')) {
    const there = normalize(join(dirname(file.path), specifier))
      .split(sep)
      .join('/');
    return packageOf(there) === own ? undefined : `${specifier} leaves the package`;
  }
  if (isBuiltin(specifier)) return undefined;
  if (specifier.startsWith('@tuesday/')) {
    const [, other = '', ...deep] = specifier.split('/');
    if (deep.length > 0 && !PARTS.includes(specifier))
      return `${specifier} is a deep import; import @tuesday/${other}`;
    const allowed = [...(WALLS[own] ?? []), ...(isTest(file.path) ? (TEST_EXTRA[own] ?? []) : [])];
    return allowed.includes(other) ? undefined : `${own} may not import ${other}`;
  }
  const name = externalName(specifier);
  if (declared(own).has(name) || (isTest(file.path) && TEST_TOOLS.includes(name)) || own === 'e2e')
    return undefined;
  return `${name} is not declared in the package.json of ${own}`;
}

/** Dependencies that a package declares. */
export function declaredIn(root: string): (name: string) => ReadonlySet<string> {
  const cache = new Map<string, ReadonlySet<string>>();
  return (name) => {
    const known = cache.get(name);
    if (known) return known;
    const file =
      name === 'e2e' ? join(root, 'e2e/package.json') : join(root, 'packages', name, 'package.json');
    const json = existsSync(file)
      ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, Record<string, string> | undefined>)
      : {};
    const set = new Set([
      ...Object.keys(json['dependencies'] ?? {}),
      ...Object.keys(json['devDependencies'] ?? {}),
      ...Object.keys(json['optionalDependencies'] ?? {}),
    ]);
    cache.set(name, set);
    return set;
  };
}
