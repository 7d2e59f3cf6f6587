/** Publishing a release by hand and by drop, following its signatures, and seeing where it was tested. */
import { createHash } from 'node:crypto';
import type { Refusal, ReleaseManifestInput } from '@tuesday/protocol';
import { describe, expect, test } from 'vitest';
import { ConsoleBrowser, DESK, LOOKS, PHONE } from './testing/console-browser.ts';
import { VERA } from './testing/people-story.ts';
import { ALICE, CAROL, HALF_SIGNED, LACKING, releaseFor } from './testing/release-story.ts';

const it = new ConsoleBrowser();
const button = (name: string | RegExp) => it.page.getByRole('button', { name });
const bytes = Buffer.from('the firmware of a thermostat');
const firmware = (name: string, buffer = bytes) => ({ name, mimeType: 'application/octet-stream', buffer });
const yaml = (name: string, text: string) => ({ name, mimeType: 'text/yaml', buffer: Buffer.from(text) });

const CODES = `- code: '0x45'
  title: Network stack crashed
  meaning: Not reachable from the app.
  failsHealth: true
`;

/** What is there when a page is ready, by address. */
const PAGES: ReadonlyArray<readonly [name: string, path: string, ready: string]> = [
  ['releases', '/releases', 'gap in tests'],
  ['release-half', '/releases/3.2.6', 'What is signed'],
  ['release-lacking', '/releases/3.2.7', 'File for thermostat-3'],
  ['release-published', '/releases/3.2.5', 'The cell that failed'],
];

describe('everybody can use the pages', () => {
  test.each(LOOKS)(
    'axe finds nothing, and nothing scrolls sideways: %s',
    async (_, size, theme, name) => {
      await it.visit(size, theme);
      const look = async (page: string) => {
        await it.shoot(`${page}-${name}-${theme}`);
        expect(await it.violations(), page).toEqual([]);
        expect(await it.overflow(), page).toBeLessThanOrEqual(0);
      };
      for (const [page, path, ready] of PAGES) {
        await it.enter(path);
        await it.page.getByText(ready).first().waitFor();
        await it.page.getByText('Asking for').first().waitFor({ state: 'detached' });
        expect(await it.page.title(), page).toMatch(/^.+ · Tuesday$/);
        await look(page);
      }
      await it.enter('/releases/new');
      await it.page
        .getByLabel('Artifacts')
        .setInputFiles([firmware('fw-thermostat-2.bundle'), firmware('x.bin')]);
      await it.page
        .getByLabel('Error codes (YAML)')
        .setInputFiles(yaml('codes.yaml', '- code: 0x45\n  titel: x\n'));
      await it.page.getByText('line 2: 0.titel').waitFor();
      await button('Declare it and upload').click();
      await it.page.getByText('Give it a version').waitFor();
      await look('publish-problems');
    },
    120_000,
  );
});
