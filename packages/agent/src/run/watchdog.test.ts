import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { feedWatchdog } from './watchdog.ts';

const top = mkdtempSync(join(tmpdir(), 'watchdog-'));
afterAll(() => rmSync(top, { recursive: true }));
const device = join(top, 'watchdog0');
const written = () => readFileSync(device, 'utf8');

test('it is fed at once and again and again, and told when the end is meant', async () => {
  writeFileSync(device, '');
  const stop = new AbortController();
  const over = feedWatchdog({ device, everyMillis: 5 }, stop.signal);
  await expect.poll(() => written().length).toBeGreaterThan(3);
  expect(written()).toMatch(/^1+$/);
  stop.abort();
  await over;
  expect(written()).toMatch(/^1+V$/);
});

test('a stop before the first sign of life is meant, too', async () => {
  writeFileSync(device, '');
  await feedWatchdog({ device, everyMillis: 5 }, AbortSignal.abort());
  expect(written()).toBe('V');
});

test('a device that is not there is a fault, and is not made', async () => {
  const missing = join(top, 'nowhere');
  await expect(feedWatchdog({ device: missing, everyMillis: 5 }, AbortSignal.abort())).rejects.toThrow(
    'ENOENT',
  );
});
