import { describe, expect, test } from 'vitest';
import { breaches, importsOf } from './check.ts';

const declares = () => new Set(['zod']);

describe('the walls', () => {
  test.each([
    [
      'the agent imports the judge',
      'packages/agent/src/a.ts',
      `import { decide } from '@tuesday/rollout';`,
      'agent may not import rollout',
    ],
    [
      'the web imports the server',
      'packages/web/src/a.ts',
      `import type { A } from '@tuesday/server';`,
      'web may not import server',
    ],
    [
      'the protocol imports anything of ours',
      'packages/protocol/src/a.ts',
      `export * from '@tuesday/rollout';`,
      'protocol may not import rollout',
    ],
    [
      'a deep import',
      'packages/server/src/a.ts',
      `import { x } from '@tuesday/rollout/src/decide.ts';`,
      'deep import',
    ],
    [
      'a path out of the package',
      'packages/server/src/a.ts',
      `import { x } from '../../rollout/src/decide.ts';`,
      'leaves the package',
    ],
    [
      'a package that is not declared',
      'packages/rollout/src/a.ts',
      `import fastify from 'fastify';`,
      'fastify is not declared',
    ],
    [
      'an import at run time',
      'packages/agent/src/a.ts',
      `const m = await import('@tuesday/server');`,
      'agent may not import server',
    ],
  ])('notice when %s', (_, path, text, words) => {
    expect(breaches({ path, text }, declares).join()).toContain(words);
  });

  test.each([
    ['a neighbour in the table', 'packages/server/src/a.ts', `import { decide } from '@tuesday/rollout';`],
    ['a file of the same package', 'packages/server/src/http/a.ts', `import { x } from '../b.ts';`],
    ['a declared package', 'packages/protocol/src/a.ts', `import * as z from 'zod';`],
    ['a built-in', 'packages/agent/src/a.ts', `import fs from 'node:fs';`],
    ['a word in a comment', 'packages/agent/src/a.ts', `// import { x } from '@tuesday/server';`],
  ])('let pass %s', (_, path, text) => {
    expect(breaches({ path, text }, declares)).toEqual([]);
  });

  test('imports over several lines are seen', () => {
    expect(importsOf(`import {\n  a,\n  type B,\n} from '@tuesday/server';\nimport 'side';`)).toEqual([
      '@tuesday/server',
      'side',
    ]);
  });
});
