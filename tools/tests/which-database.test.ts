import { expect, test } from 'vitest';
import { repositoryFiles } from '../files.ts';
import { byDatabase } from './which-database.ts';

test('each test file has one PostgreSQL: the server the one from Debian, all others the embedded one', () => {
  const files = repositoryFiles().filter((path) => /\.test\.tsx?$/.test(path));
  const { embedded, debian } = byDatabase(files);
  expect([...embedded, ...debian].toSorted()).toEqual(files.toSorted());
  expect(debian).toContain('packages/server/src/rollouts/tick.test.ts');
  expect(embedded).toContain('packages/server/src/main.test.ts');
  expect(embedded).toContain('e2e/incident.test.ts');
  expect(debian.every((path) => path.startsWith('packages/server/'))).toBe(true);
});
