/** The console in a language that is not shipped: English in strange letters, a third longer. */
import { describe, expect, test } from 'vitest';
import { ConsoleBrowser, PHONE } from './testing/console-browser.ts';
import { plainWords } from './testing/plain-words.ts';
import { SCREENS, tellOfScreens } from './testing/screens.ts';
import { STRANGE, strangeLanguage } from './testing/strange-language.ts';
import { strange } from './testing/strange-words.ts';

const it = new ConsoleBrowser([strangeLanguage()]);

describe('the words of the console', () => {
  test('are all in the catalogue, and on a phone there is room for longer ones', async () => {
    await it.visit(PHONE, 'light', { locale: STRANGE });
    const told = new Set<string>();
    it.page.on('response', (response) => {
      if (response.url().includes('/v1/'))
        void response.text().then(
          (text) => told.add(text),
          () => undefined,
        );
    });
    tellOfScreens(it.server);
    for (const [screen, path, ready] of SCREENS) {
      await it.enter(path);
      const there = it.page.getByText(ready).or(it.page.getByText(strange(ready)));
      await there.filter({ visible: true }).first().waitFor();
      await it.page.getByRole('region', { name: strange('Broken glass') }).waitFor();
      await it.page.getByText(strange('Asking for')).waitFor({ state: 'detached' });
      await it.shoot(`strange-${screen}`);
      expect(await plainWords(it.page, [...told]), screen).toEqual([]);
      expect(await it.overflow(), screen).toBeLessThanOrEqual(0);
    }
  }, 120_000);
});

describe('the language', () => {
  const language = () => it.page.evaluate('document.documentElement.lang');

  test('is English where the browser asks for one that there is not', async () => {
    await it.visit(PHONE, 'light', { locale: 'fi-FI' });
    await it.enter('/approvals');
    await it.page.getByText('Waiting for you').first().waitFor();
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
