/** People find devices and read charts, with a keyboard, in a real browser. */
import { describe, expect, test } from 'vitest';
import { ConsoleBrowser, SIZES, type Size } from './testing/console-browser.ts';
import { VERA } from './testing/people-story.ts';

const it = new ConsoleBrowser();
const WALL: Size = { width: 1_920, height: 1_080 };
const box = () => it.page.getByRole('combobox', { name: 'Find devices' });
const button = (name: string | RegExp) => it.page.getByRole('button', { name });
const atFilter = (filter: string) => it.page.waitForURL((url) => url.searchParams.get('filter') === filter);

describe('finding devices', () => {
  test('goes by suggestions and the keyboard, and ends in an address that can be shared', async () => {
    await it.enter('/fleet');
    await box().focus();
    await it.page.keyboard.type('heal');
    await it.page.getByRole('option', { name: /^healthy==/ }).waitFor();
    await it.page.keyboard.press('ArrowDown');
    await it.page.keyboard.press('Enter');
    await it.page.keyboard.type('fa');
    await it.page.keyboard.press('ArrowDown');
    await it.page.keyboard.press('Enter');
    expect(await box().inputValue()).toBe('healthy==false');
    await it.page.keyboard.press('Enter');
    await atFilter('healthy==false');
    await it.page.getByRole('link', { name: /th-0009/ }).waitFor();
    expect(await it.page.getByRole('link', { name: /th-0002/ }).count()).toBe(0);
    await it.page.getByRole('status').getByText('4 devices').waitFor();
    await it.page.goBack();
    await it.page.getByRole('heading', { name: 'Fleet' }).waitFor();
  });

  test('a single word is a part of an id, and further pages come when asked', async () => {
    await it.enter('/devices');
    await it.page.getByText('more than 10\u202f000 devices').waitFor();
    expect(await it.page.getByRole('link', { name: /th-0040/ }).count()).toBe(0);
    await button('Show more').click();
    await it.page.getByRole('link', { name: /th-0040/ }).waitFor();
    expect(await button('Show more').count()).toBe(0);
    await box().fill('003');
    await it.page.keyboard.press('Enter');
    await it.page.getByRole('status').getByText('11 devices').waitFor();
    await it.page.getByRole('link', { name: /th-0035/ }).click();
    await it.page.getByRole('heading', { name: 'th-0035' }).waitFor();
  });

  test('a mistake is pointed at in the words of the server, and goes when it is mended', async () => {
    const refusal = {
      code: 'filter-invalid' as const,
      because: 'the filter, at character 8: there is no field "brocker". Possible are id, version',
      try: 'tuesday filter fields lists what can be asked for',
      field: 'filter.8',
    };
    it.server.refusing.set('listDevices', refusal);
    it.server.refusing.set('countDevices', refusal);
    await it.enter('/devices?filter=id%3D%3Da1;brocker%3D%3Dx');
    const alert = it.page.getByRole('alert').filter({ hasText: 'no field "brocker"' });
    await alert.waitFor();
    expect(await alert.locator('mark').textContent()).toBe('brocker==x');
    expect(await box().getAttribute('aria-invalid')).toBe('true');
    expect(await it.violations()).toEqual([]);
    expect(await button('Save this filter').getAttribute('aria-disabled')).toBe('true');
    it.server.refusing.clear();
    await box().fill('zzz');
    await it.page.keyboard.press('Enter');
    await it.page.getByText('No device fits.').waitFor();
    expect(await alert.count()).toBe(0);
  });

  test('a filter is saved under a name, and a name that is taken is not lost by accident', async () => {
    const asked: unknown[] = [];
    it.server.script.saveFilter = ({ body }) => {
      asked.push(body);
      return { filters: [] };
    };
    await it.enter('/devices?filter=held%3D%3Dtrue');
    await button('Save this filter').click();
    await it.page.getByLabel('Name').fill('on hold');
    await it.page.getByText('Letters, digits').first().waitFor();
    await it.page.getByLabel('Name').fill('unhealthy');
    it.server.refuseNext = {
      code: 'name-taken',
      because: 'unhealthy is a filter of carol: healthy==false',
      try: 'choose another name, or say that it is to be replaced',
    };
    await button('Save').last().click();
    await it.page.getByText('is a filter of carol').waitFor();
    await button('Replace it').click();
    await it.page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(asked).toEqual([{ name: 'unhealthy', filter: 'held==true', replace: true }]);
  });

  test('a saved filter is one press away, and who may not change it is told why', async () => {
    it.server.script.viewAccount = () => VERA;
    await it.enter('/devices');
    await button('unhealthy').click();
    await atFilter('healthy==false');
    const forget = button('Forget “unhealthy”');
    await forget.waitFor();
    expect(await forget.getAttribute('aria-disabled')).toBe('true');
  });
});

describe('charts', () => {
  test('are read with the keyboard, and as a table', async () => {
    await it.enter('/fleet');
    const time = it.page.getByRole('slider', { name: 'Devices by version: time' });
    await time.focus();
    expect(await time.getAttribute('aria-valuetext')).toMatch(/^Tue 24 Nov, 09:00: .*3\.2\.5 30, 13 %$/);
    await it.page.keyboard.press('Home');
    expect(await time.getAttribute('aria-valuetext')).toMatch(/^Tue 17 Nov, 10:00: .*3\.2\.5 0, 0 %$/);
    await it.page.getByText('As a table').first().click();
    const table = it.page.getByRole('region', { name: 'Devices by version, as a table' });
    await table.waitFor();
    expect(await table.getByRole('row').count()).toBe(1 + 164);
    expect(await it.violations()).toEqual([]);
    // What nobody could know is said, and is not zero.
    await it.page.getByText('As a table').last().click();
    const silence = it.page.getByRole('region', { name: 'Unhealthy and silent devices, as a table' });
    expect(await silence.getByRole('row').last().textContent()).toContain('not known');
  });

  test('a value of the environment leads to its devices', async () => {
    await it.enter('/fleet');
    await it.page.getByRole('link', { name: /mosquitto 2\.0\.18/ }).click();
    await atFilter('environment.broker=="mosquitto 2.0.18"');
  });

  test('a fleet without history says when it begins', async () => {
    it.server.script.viewFleetHistory = () => ({ step: 'hour', silentAfter: '45m', points: [] });
    await it.enter('/fleet');
    await it.page.getByText('The first point is written within ten minutes').first().waitFor();
  });

  test.each([...SIZES, ['wall', WALL] as const])(
    'open suggestions, tables and a filter pass axe, in either theme: %s',
    async (name, size) => {
      await it.visit(size, 'light');
      const look = (screen: string, part: boolean) =>
        it.inEachTheme(async (theme) => {
          await it.shoot(`${screen}-${name}-${theme}`, part);
          expect(await it.violations(theme), `${screen}, ${theme}`).toEqual([]);
          expect(await it.overflow(), `${screen}, ${theme}`).toBeLessThanOrEqual(0);
        });
      await it.enter('/devices');
      await box().click();
      await it.page.getByRole('option').first().waitFor();
      await look('suggestions', true);
      await it.enter('/fleet');
      await it.page.getByText('new since').first().waitFor();
      await it.page.getByRole('slider').first().waitFor();
      await it.page.getByText('As a table').first().click();
      await look('fleet-tables', false);
    },
  );
});
