/** The API is whole: what the console can do, a program and a terminal can do. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RouteName, routes } from '@tuesday/protocol';
import { openApi } from '@tuesday/server';
import { expect, test } from 'vitest';

/** Routes that no command calls, and why. */
const NOT_TYPED: Partial<Record<RouteName, string>> = {
  signIn: 'a terminal sends its token with each request',
  signInWays: 'a browser asks before it shows a form',
  beginPasskeySignIn: 'passkeys live in browsers',
  passkeySignIn: 'passkeys live in browsers',
  stepUp: 'passkeys live in browsers; a terminal sends a code',
  beginPasskeyJoin: 'passkeys live in browsers',
  beginPasskeyAdd: 'passkeys live in browsers',
  addPasskey: 'passkeys live in browsers',
  beginOidcSignIn: 'a browser is sent to the provider',
  finishOidcSignIn: 'the provider sends a browser back',
  viewSupportCode: 'for help desks; operators have codes view',
  receiveTicket: 'help desks call it',
  receiveHook: 'messengers call it',
};

const names = Object.keys(routes) as RouteName[];
const sourcesOf = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !/(\.test\.ts|testing)/.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');
const cli = sourcesOf(join(import.meta.dirname, '../packages/cli/src'));
const table = readFileSync(join(import.meta.dirname, '../packages/web/src/api-table.ts'), 'utf8');
/** A name in one word may stand there as a command's. */
const isTyped = (name: RouteName) => cli.includes(/[A-Z]/.test(name) ? `'${name}'` : `.call('${name}'`);

test('every route of the table is in the OpenAPI document, by its name', () => {
  const { paths } = openApi() as { paths: Record<string, Record<string, { operationId?: string }>> };
  for (const name of names) {
    const { method, path } = routes[name];
    const operation = paths[path.replaceAll(/:([a-z]+)/g, '{$1}')]?.[method.toLowerCase()];
    expect(operation?.operationId, name).toBe(name);
  }
});

test.each(names.filter((name) => NOT_TYPED[name] === undefined))('%s can be typed', (name) => {
  expect(isTyped(name)).toBe(true);
});

test('no exception is kept for what can be typed by now', () => {
  for (const name of Object.keys(NOT_TYPED) as RouteName[]) expect(isTyped(name), name).toBe(false);
});

test('the console calls nothing that is not in the table', () => {
  const called = [...table.matchAll(/^ {2}(\w+): \['[A-Z]+', '/gm)].map(([, name]) => name);
  expect(called.length).toBeGreaterThan(60);
  for (const name of called) expect(names).toContain(name);
});
