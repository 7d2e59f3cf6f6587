/** What a visitor loads before the first screen, measured in the built files. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const dist = mkdtempSync(join(tmpdir(), 'tuesday-bundle-'));
const mode = process.env['NODE_ENV'];

beforeAll(async () => {
  // As it is shipped; under test the libraries would come with their warnings.
  process.env['NODE_ENV'] = 'production';
  await build({
    root: join(import.meta.dirname, '..'),
    logLevel: 'silent',
    mode: 'production',
    build: { outDir: dist, emptyOutDir: true },
  });
}, 120_000);
afterAll(() => {
  process.env['NODE_ENV'] = mode;
  rmSync(dist, { recursive: true, force: true });
});

const assets = () => readdirSync(join(dist, 'assets'));
const text = (name: string) => readFileSync(join(dist, 'assets', name), 'utf8');
const packed = (name: string) => gzipSync(readFileSync(join(dist, 'assets', name))).length;

/** Without the digest and the ending. */
const bare = (name: string) => name.replace(/-[\w-]{8}\.\w+$/, '');

/** What `index.html` names, and what those files import without being asked to. */
function first(): string[] {
  const found = new Set<string>();
  const open = [...readFileSync(join(dist, 'index.html'), 'utf8').matchAll(/assets\/([\w.-]+\.(?:js|css))/g)];
  const queue = open.map(([, name]) => name ?? '');
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    if (name.endsWith('.js'))
      for (const [, other] of text(name).matchAll(/(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g))
        queue.push(other ?? '');
  }
  return [...found];
}

describe('the bundle', () => {
  test('the first route is under 300 kB, packed', () => {
    const names = first();
    expect(names.length).toBeGreaterThan(1);
    expect(names.reduce((sum, name) => sum + packed(name), 0)).toBeLessThan(300_000);
  });

  test('schemas and YAML come only to whoever publishes a release: elsewhere types are enough, but for the rehearsal, which runs beside the page', () => {
    const scripts = assets().filter((name) => name.endsWith('.js') && !name.startsWith('rehearse-worker'));
    expect(scripts.length).toBeGreaterThan(8);
    const having = (what: RegExp) => scripts.filter((name) => what.test(text(name)));
    expect(having(/ZodError|invalid_union/).map(bare)).toEqual(['publish-page']);
    expect(having(/BLOCK_FOLDED/).map(bare)).toEqual(['files']);
    const inFirst = first().map(bare);
    expect(inFirst).not.toContain('publish-page');
    expect(inFirst).not.toContain('files');
  });

  test('what runs beside the page brings no words along', () => {
    const beside = assets().filter((name) => name.includes('-worker'));
    expect(beside.length).toBeGreaterThan(0);
    const speaking = (name: string) => text(name).includes('setMessagesCompiler');
    expect(assets().filter((name) => name.endsWith('.js') && speaking(name))).not.toEqual([]);
    expect(beside.filter(speaking)).toEqual([]);
  });

  test('a screen that is not open is not loaded', () => {
    const loaded = first();
    for (const screen of [
      'approval-page',
      'calendar-page',
      'plan-page',
      'settings-page',
      'audit-page',
      'codes-page',
      'fleet-page',
      'devices-page',
      'device-page',
      'code-page',
      'join-page',
      'break-glass-page',
      'releases-page',
      'release-page',
      'publish-page',
    ]) {
      const files = assets().filter((name) => name.startsWith(screen));
      expect(files.length, screen).toBe(1);
      expect(
        loaded.some((name) => files.includes(name)),
        screen,
      ).toBe(false);
    }
  });
});
