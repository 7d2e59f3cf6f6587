/** A browser for the console that the real server serves. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { launchChromium } from '@tuesday/web';
import type { Browser } from 'playwright-core';
import { root } from './server-process.ts';

/** @throws Error when there is no built console that the server could serve */
export function openBrowser(): Promise<Browser> {
  if (!existsSync(join(root, 'packages/web/dist/index.html')))
    throw new Error('the console is not built: node node_modules/vite/bin/vite.js build packages/web');
  return launchChromium();
}
