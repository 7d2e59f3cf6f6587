/** Documentation stays honest: paths that it cites exist, and words that the glossary bans are nowhere names. */

/** Paths in backticks that look like files or folders of this repository. */
export function citedPaths(markdown: string): string[] {
  const prose = markdown.replaceAll(/^```[\s\S]*?^```/gm, '');
  const cited = [...prose.matchAll(/`([^`\s]+)`/g)].map((match) => match[1] ?? '');
  const linked = [...prose.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[^)]*)?\)/g)].map(
    (match) => match[1] ?? '',
  );
  const looksLikePath = (text: string) =>
    /^(packages|docs|tools|e2e|bench|examples|\.ci)\//.test(text) && !/[*<>{}$]|\.\.\./.test(text);
  return [...new Set([...cited.filter(looksLikePath), ...linked])];
}

/** Words in backticks in the "not" column of the glossary's tables. */
export function bannedWords(glossary: string): string[] {
  const words: string[] = [];
  for (const line of glossary.split('\n')) {
    const cells = line.split('|').map((cell) => cell.trim());
    if (cells.length !== 5 || cells[1] === 'word' || /^-+$/.test(cells[1] ?? '')) continue;
    for (const match of (cells[3] ?? '').matchAll(/`([a-z-]+)`/g)) words.push(match[1] ?? '');
  }
  return words;
}

/** Banned words that occur as a part of an identifier, as `file: word in identifier`. */
export function bannedIdentifiers(path: string, code: string, banned: ReadonlySet<string>): string[] {
  const bare = code
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/\/\/.*$/gm, '')
    .replaceAll(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, "''")
    .replaceAll(/`(?:[^`\\]|\\.)*`/g, '``');
  const found = new Set<string>();
  for (const [identifier] of bare.matchAll(/[A-Za-z_$][\w$]*/g)) {
    for (const part of identifier.split(/(?<=[a-z0-9])(?=[A-Z])|_/)) {
      if (banned.has(part.toLowerCase())) found.add(`${path}: "${part.toLowerCase()}" in ${identifier}`);
    }
  }
  return [...found];
}
