import { describe, expect, test } from 'vitest';
import { bannedIdentifiers, bannedWords, citedPaths } from './cited.ts';

describe('documentation checks', () => {
  test('see cited paths and links, not examples in code blocks or patterns', () => {
    const text =
      'See `packages/rollout/src/decide.ts` and [why](docs/adr/0001-x.md#top).\n```\n`packages/no/such`\n```\n`packages/*/src` `npm test`';
    expect(citedPaths(text)).toEqual(['packages/rollout/src/decide.ts', 'docs/adr/0001-x.md']);
  });

  test('read the banned words from the glossary', () => {
    const glossary =
      '| word | meaning here | not |\n|---|---|---|\n| rollout | … | `campaign`, `deployment` |\n| device | … | thing |';
    expect(bannedWords(glossary)).toEqual(['campaign', 'deployment']);
  });

  test('find a banned word inside an identifier, not in strings and comments', () => {
    const banned = new Set(['campaign']);
    expect(bannedIdentifiers('a.ts', 'const newCampaignId = 1;', banned)).toHaveLength(1);
    expect(
      bannedIdentifiers('a.ts', '// campaign\nconst x = "campaign"; const champagne = 1;', banned),
    ).toEqual([]);
  });
});
