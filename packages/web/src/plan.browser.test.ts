/** A rollout is planned: what the plan would get and catch stands beside it while it is written. */
import { describe, expect, test } from 'vitest';
import { ConsoleBrowser, SIZES } from './testing/console-browser.ts';
import { CHECKED, COMPOSITION, PUBLISHED, UNTESTED } from './testing/plan-story.ts';
import { ROLLOUT } from './testing/story.ts';

const it = new ConsoleBrowser();

function tell() {
  it.server.script.listReleases = () => ({ releases: [...PUBLISHED] });
  it.server.script.viewParity = () => UNTESTED;
  it.server.script.viewComposition = () => COMPOSITION;
  it.server.script.checkPlan = () => CHECKED;
  it.server.script.createRollout = () => it.server.view;
  it.server.script.attachRehearsal = () => it.server.view;
}

const button = (name: string) => it.page.getByRole('button', { name });
const rehearsed = () => it.page.getByText('goes with the plan').waitFor({ timeout: 60_000 });

describe('a rollout is planned', () => {
  test('with the stages of the last one, the calendar, what is seen, what is not tested, and a rehearsal', async () => {
    tell();
    await it.enter('/rollouts/new?release=3.2.6');
    await it.page
      .getByText('15 % of the fleet runs mosquitto 2.0.18; 3.2.6 was never tested there.')
      .waitFor();
    await it.page.getByText('and sees nothing').waitFor();
    expect(await it.page.getByLabel('To, % of the fleet').first().inputValue()).toBe('5');
    expect(await it.page.getByRole('option').allTextContents()).not.toContain('3.2.7');
    await rehearsed();
    await it.page.getByRole('rowheader', { name: /^incident devices/ }).waitFor();
    await button('Write it down').click();
    await it.page.waitForURL(`**/rollouts/${ROLLOUT}`);
    const [created, attached] = it.server.acts;
    expect(created).toMatchObject({
      path: '/v1/rollouts',
      body: { release: '3.2.6', name: 'Rollout of 3.2.6' },
    });
    expect(attached).toMatchObject({
      path: `/v1/rollouts/${ROLLOUT}/rehearsal`,
      body: { runs: 25, devices: 240 },
    });
  }, 90_000);

  test('by keyboard, and everything that is wrong is said beside its field, before and after it is sent', async () => {
    tell();
    await it.enter('/rollouts/new');
    const share = it.page.getByLabel('To, % of the fleet').nth(1);
    await share.fill('some');
    await it.page.getByText('Write a number of percent.').waitFor();
    await share.fill('20');
    await it.page.getByLabel('Soak').nth(1).fill('5m');
    const problem = it.page.getByText('cannot notice silence');
    await problem.waitFor();
    expect(await it.page.getByLabel('Soak').nth(1).getAttribute('aria-invalid')).toBe('true');
    await it.page.getByLabel('Soak').nth(1).fill('50m');
    await problem.waitFor({ state: 'detached' });
    await it.page.getByLabel('Name').fill('');
    await it.page.keyboard.press('Enter');
    await it.page.getByText('Give it a name.').waitFor();
    expect(it.server.acts).toEqual([]);
    await it.page.getByLabel('Name').fill('Careful');
    it.server.refuseNext = {
      code: 'bad-request',
      because: 'stages.0.share: must rise',
      try: 'mend the field that is named',
      field: 'stages.0.share',
    };
    await it.page.keyboard.press('Enter');
    await it.page.getByText('must rise').first().waitFor();
    expect(await it.page.getByLabel('Name').inputValue()).toBe('Careful');
  });

  test.each(SIZES)(
    'and axe finds nothing, in either theme: %s',
    async (name, size) => {
      await it.visit(size, 'light');
      tell();
      await it.enter('/rollouts/new');
      await it.page.getByText('and sees nothing').waitFor();
      await rehearsed();
      await it.inEachTheme(async (theme) => {
        await it.shoot(`plan-${name}-${theme}`);
        expect(await it.violations(theme), theme).toEqual([]);
        expect(await it.overflow(), theme).toBeLessThanOrEqual(0);
      });
    },
    90_000,
  );
});
