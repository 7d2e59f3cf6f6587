/** The console in a language that is not shipped: English in strange letters, a third longer. */
import { describe, expect, test } from 'vitest';
import { ConsoleBrowser, PHONE } from './testing/console-browser.ts';
import { plainWords } from './testing/plain-words.ts';
import { tellOfScreens } from './testing/screens-story.ts';
import { type Looked, SCREENS } from './testing/screens.ts';
import { STRANGE, strangeLanguage } from './testing/strange-language.ts';
import { strange } from './testing/strange-words.ts';

const it = new ConsoleBrowser([strangeLanguage()]);

/** Names of places are the same in every language. */
const ZONES = ['America/New_York', 'Europe/Berlin'];

/** Screens with stories of their own. */
const MORE: readonly Looked[] = [
  { name: 'releases', path: '/releases', ready: 'gap in tests' },
  { name: 'release', path: '/releases/3.2.6', ready: 'What is signed' },
  { name: 'parity', path: '/releases/3.2.5/parity', ready: 'The cell that failed' },
  { name: 'publish', path: '/releases/new', ready: 'What devices run' },
  { name: 'plan', path: '/rollouts/new', ready: 'no device comes back from the update' },
  { name: 'overview', path: '/', ready: 'Overview' },
];

describe('the words of the console', () => {
  test('are all in the catalogue, and on a phone there is room for longer ones', async () => {
    await it.visit(PHONE, 'light', { locale: STRANGE });
    const told: Array<Promise<unknown>> = [];
    it.page.on('response', (response) => {
      // A stream has no end, and says what the questions say.
      const json =
        response.url().includes('/v1/') && response.headers()['content-type'] === 'application/json';
      if (json) told.push(response.json().catch(() => undefined));
    });
    tellOfScreens(it.server);
    const plain: string[] = [];
    for (const { name: screen, path, ready } of [...SCREENS.filter(({ by }) => by === undefined), ...MORE]) {
      await it.enter(path);
      const there = it.page.getByText(ready).or(it.page.getByText(strange(ready)));
      await there.filter({ visible: true }).first().waitFor();
      await it.page.getByRole('region', { name: strange('Broken glass') }).waitFor();
      await it.page.getByText(strange('Asking for')).first().waitFor({ state: 'detached' });
      await it.shoot(`strange-${screen}`);
      plain.push(
        ...(await plainWords(it.page, [...(await Promise.all(told)), ZONES])).map(
          (words) => `${screen}: ${words}`,
        ),
      );
      expect(await it.overflow(), screen).toBeLessThanOrEqual(0);
    }
    expect(plain).toEqual([]);
  }, 120_000);
});

describe('the language', () => {
  const language = () => it.page.evaluate('document.documentElement.lang');

  test('is English where the browser asks for one that there is not', async () => {
    await it.visit(PHONE, 'light', { locale: 'fi-FI' });
    await it.enter('/approvals');
    await it.page.getByRole('heading', { name: 'Waiting for you' }).waitFor();
    expect(await language()).toBe('en');
  });

  test('is chosen in the account, kept, and given up again', async () => {
    await it.enter('/account');
    await it.page.getByLabel('Language of the console').selectOption('Strange');
    const label = it.page.getByLabel(strange('Language of the console'));
    await label.waitFor();
    expect(await language()).toBe(STRANGE);
    await label.selectOption('');
    await it.page.getByLabel('Language of the console').waitFor();
    expect(await language()).toBe('en');
  });
});
