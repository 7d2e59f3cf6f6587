/** Debian's Chromium without a window, and without anything that it would do on the network by itself. */
import { type Browser, chromium } from 'playwright-core';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** @throws Error when it is not installed; `TUESDAY_CHROMIUM` names another one */
export function launchChromium(): Promise<Browser> {
  // The browser that people have, not a smaller one that only paints.
  const executablePath = process.env['TUESDAY_CHROMIUM'] ?? '/usr/bin/chromium';
  return chromium.launch({ executablePath, args: FLAGS });
}
