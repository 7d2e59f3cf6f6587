/** A browser for the console that the real server serves, and people who come in by their passkeys. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Role } from '@tuesday/protocol';
import { launchChromium, VirtualAuthenticator } from '@tuesday/web';
import type { Browser, Page } from 'playwright-core';
import { root, type ServerProcess } from './server-process.ts';

/** @throws Error when there is no built console that the server could serve */
export function openBrowser(): Promise<Browser> {
  if (!existsSync(join(root, 'packages/web/dist/index.html')))
    throw new Error('the console is not built: node node_modules/vite/bin/vite.js build packages/web');
  return launchChromium();
}

export interface Newcomer {
  readonly name: string;
  /** In the first fleet. */
  readonly roles: Role[];
  /** Of the screen, in CSS pixels. */
  readonly size: { readonly width: number; readonly height: number };
}

/** @returns the page of somebody who was invited and joined with a passkey, in a browser profile of their own */
export async function joinByPasskey(
  browser: Browser,
  server: ServerProcess,
  { name, roles, size }: Newcomer,
): Promise<Page> {
  const { path } = await server.operator.call('invitePerson', {
    body: { name, display: name, roles: { main: roles } },
  });
  const context = await browser.newContext({ viewport: size, reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  await VirtualAuthenticator.addTo(page);
  // Passkeys belong to a name, not to an address of numbers.
  await page.goto(`http://localhost:${server.port}${path}`);
  await page.getByRole('button', { name: 'Make a passkey and join' }).click();
  await page.getByLabel('I have kept the codes').check();
  await page.getByRole('button', { name: 'Open the console' }).click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  return page;
}
