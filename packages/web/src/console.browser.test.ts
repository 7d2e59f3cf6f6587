/** The built console in a real browser: signing in with the printed link, and a rollout, live. */
import { describe, expect, test } from 'vitest';
import { ConsoleBrowser, SIZES } from './testing/console-browser.ts';
import { TOKEN } from './testing/scripted-server.ts';
import { halted, JUDGED, ROLLOUT, soaking, worsening } from './testing/story.ts';

const it = new ConsoleBrowser();
const red = () => it.page.getByRole('region', { name: 'Acts' }).getByRole('button').first();

const enter = (path = `/rollouts/${ROLLOUT}`) => it.enter(path);

describe('signing in', () => {
  test('the printed link signs in, and the token leaves the address and the history', async () => {
    await enter('/');
    await it.page.getByRole('heading', { name: 'Overview' }).waitFor();
    expect(it.page.url()).toBe(`${it.server.url}/`);
    await it.page.goBack();
    expect(it.page.url()).not.toContain(TOKEN);
  });

  test('a wrong token is refused beside the field, and the right one lets in', async () => {
    await it.page.goto(it.server.url);
    await it.page.getByRole('button', { name: 'Use an operator token' }).click();
    await it.page.getByLabel('Operator token').fill('tso1.wrong');
    await it.page.getByRole('button', { name: 'Sign in with the token' }).click();
    await it.page.getByText('missing or not valid').waitFor();
    expect(await it.page.getByLabel('Operator token').getAttribute('aria-invalid')).toBe('true');
    await it.page.getByLabel('Operator token').fill(TOKEN);
    await it.page.getByRole('button', { name: 'Sign in with the token' }).click();
    await it.page.getByRole('heading', { name: 'Overview' }).waitFor();
  });
});

describe('a rollout, live', () => {
  test('news over the stream changes the sentence, the bar and the counts, and shifts nothing', async () => {
    await enter();
    await it.page.getByText(soaking().because).waitFor();
    await it.page.evaluate('document.fonts.ready');
    await it.page.evaluate(WATCH_SHIFTS);
    it.server.show(worsening());
    await it.page.getByText(worsening().because).waitFor();
    const tallies = await it.page.locator('[data-tally] dd').allTextContents();
    expect(tallies).toEqual(['0', '22', '2', '3', '4', '1']);
    expect(await it.page.locator('[data-count]').count()).toBe(5);
    expect(await it.page.locator('[data-sum]').textContent()).toBe(
      '22 installed + 2 pending + 3 silent + 4 rolled back + 1 failed = 32 offered',
    );
    expect(await it.page.evaluate('globalThis.shifts')).toBeLessThan(0.02);
  });

  test('the sentence is a live region, and the demo’s clock is labelled', async () => {
    await enter();
    // Beside what is still being asked for, which is told politely, too.
    const sentence = it.page.locator('[aria-live=polite]').filter({ hasText: soaking().because });
    expect(await sentence.textContent()).toBe(soaking().because);
    expect(await it.page.locator('header').textContent()).toContain('demo clock, 360× real time');
  });

  test('halt wants a reason, sends it, and makes way for recall', async () => {
    await enter();
    await red().click();
    const dialog = it.page.getByRole('dialog', { name: 'Halt this rollout?' });
    const confirm = dialog.getByRole('button', { name: 'Halt' });
    await confirm.click({ force: true });
    await dialog.getByText('Say why first').waitFor();
    expect(it.server.acts).toEqual([]);
    await dialog.getByRole('textbox', { name: 'Because' }).fill('  0x45 in support  ');
    await confirm.click();
    await dialog.waitFor({ state: 'hidden' });
    expect(it.server.acts).toEqual([
      { path: `/v1/rollouts/${ROLLOUT}/halt`, body: { because: '0x45 in support' } },
    ]);
    it.server.show(halted('alice', 'Halted by alice: 0x45 in support'));
    await it.page.getByRole('heading', { name: 'Halted in stage 1 of 3' }).waitFor();
    expect(await red().textContent()).toContain('Recall');
    expect(await it.page.getByRole('region', { name: 'Acts' }).getByRole('button').count()).toBe(1);
  });

  test('it goes on without the culprit, for a reason', async () => {
    await enter();
    it.server.show(halted('judge', JUDGED));
    await it.page.getByRole('button', { name: 'Go on without it' }).click();
    const dialog = it.page.getByRole('dialog', { name: 'Go on without broker = mosquitto 2.0.18?' });
    await dialog.getByText('those that run it are sent back to 3.2.4').waitFor();
    await dialog.getByRole('textbox', { name: 'Because' }).fill('3.2.6 mends it');
    await dialog.getByRole('button', { name: 'Go on without it' }).click();
    await dialog.waitFor({ state: 'hidden' });
    const body = { attribute: 'broker', value: 'mosquitto 2.0.18', because: '3.2.6 mends it' };
    expect(it.server.acts).toEqual([{ path: `/v1/rollouts/${ROLLOUT}/exclude`, body }]);
  });

  test('a refusal is shown word for word, and the reason is not lost', async () => {
    await enter();
    it.server.refuseNext = { code: 'wrong-phase', because: 'It is halted already.', try: 'read it again' };
    await red().click();
    await it.page.getByRole('textbox', { name: 'Because' }).fill('smoke');
    await it.page.getByRole('dialog').getByRole('button', { name: 'Halt' }).click();
    await it.page.getByText('Refused: It is halted already. Try: read it again.').waitFor();
    expect(await it.page.getByRole('textbox', { name: 'Because' }).inputValue()).toBe('smoke');
  });

  test('a server that dies is said at once with a way that is left, and it is noticed when it is back', async () => {
    await enter();
    await it.page.getByText(soaking().because).waitFor();
    await it.server.die();
    const banner = it.page.getByRole('alert').filter({ hasText: 'Connection lost' });
    await banner.waitFor();
    expect(await banner.textContent()).toMatch(/retrying, last update at \d\d:\d\d:\d\d\./);
    expect(await banner.textContent()).toContain(`tuesday rollout halt ${ROLLOUT} --because "…"`);
    expect(await red().getAttribute('aria-disabled')).toBe('true');
    await it.shoot('lost');
    it.server.view = worsening();
    await it.server.start();
    await banner.waitFor({ state: 'detached' });
    await it.page.getByText(worsening().because).waitFor();
    expect(await red().getAttribute('aria-disabled')).toBe('false');
  });
});

describe('everybody can use it', () => {
  test.each(SIZES)('axe finds nothing on any screen, in either theme: %s', async (name, size) => {
    await it.visit(size, 'light');
    const look = (screen: string) =>
      it.inEachTheme(async (theme) => {
        await it.shoot(`${screen}-${name}-${theme}`, screen === 'asking');
        expect(await it.violations(theme), `${screen}, ${theme}`).toEqual([]);
      });
    await it.page.goto(it.server.url);
    await it.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await look('sign-in');
    await enter();
    await it.page.getByText(soaking().because).waitFor();
    await look('soaking');
    it.server.show(worsening());
    await it.page.getByText(worsening().because).waitFor();
    await look('worsening');
    await red().click();
    await look('asking');
    await it.page.getByRole('button', { name: 'Not now' }).click();
    it.server.show(halted('judge', JUDGED));
    await it.page.getByRole('heading', { name: 'Halted in stage 1 of 3' }).waitFor();
    await look('halted');
    await it.page.getByRole('link', { name: 'Overview', exact: true }).last().click();
    await it.page.getByText('mosquitto 2.0.22').waitFor();
    await look('overview');
    it.server.fleet = { devices: 0, versions: [], environment: {} };
    it.server.list = { rollouts: [] };
    await it.page.getByText('No rollout yet').waitFor();
    await look('empty');
  });

  test.each([360, 768, 2_560])('nothing scrolls sideways at %i px', async (width) => {
    await it.visit({ width, height: 900 }, 'dark');
    await enter();
    it.server.show(halted('judge', JUDGED));
    await it.page.getByText(JUDGED).first().waitFor();
    await it.shoot(`halted-${width}`);
    expect(await it.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    await it.page.getByRole('link', { name: 'Overview', exact: true }).last().click();
    await it.page.getByText('mosquitto 2.0.22').waitFor();
    expect(await it.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
  });
});

const WATCH_SHIFTS = `globalThis.shifts = 0; new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) globalThis.shifts += entry.value;
}).observe({ type: 'layout-shift' });`;
