/** A recovery campaign in the console: planned from an incident, started, watched. */
import { refuse } from '@tuesday/protocol';
import { describe, expect, test } from 'vitest';
import { ConsoleBrowser, PHONE, SIZES } from './testing/console-browser.ts';
import { INCIDENT } from './testing/incident-story.ts';
import { CAMPAIGN, PREVIEW } from './testing/recovery-story.ts';

const it = new ConsoleBrowser();
const PATH = `/recoveries/${CAMPAIGN.recovery}`;
/** A machine that has much to do is waited for. */
const SOON = { timeout: 15_000 };
const acts = () =>
  it.server.acts.filter(({ path }) => !path.endsWith('/preview')).map(({ path, body }) => [path, body]);
const button = (name: string) => it.page.getByRole('button', { name, exact: true });

describe('from the incident to a campaign that runs', () => {
  test('plan, start, watch', async () => {
    await it.visit(PHONE, 'dark');
    await it.enter(`/incidents/${INCIDENT.incident}`);
    await button('Plan a recovery').click();
    await it.page.getByRole('heading', { level: 1, name: 'Plan a recovery' }).waitFor();
    expect(await it.page.getByLabel('Incident', { exact: true }).inputValue()).toBe(INCIDENT.incident);
    expect(await it.page.getByLabel('What is to be mended').inputValue()).toContain(INCIDENT.title);
    await it.page.getByText('stands here then').waitFor();

    await it.page.getByLabel('They are to run').selectOption('3.2.4');
    await it.page.getByText(`${PREVIEW.leftOut} left out`).waitFor();
    await it.page.getByText('first for 10').waitFor();
    await it.page.getByText('To open it: publish a recovery release').waitFor();
    await it.shoot('recovery-planning');
    expect(await it.violations()).toEqual([]);

    await button('Write the plan').click();
    const because = it.page.getByLabel('Because');
    expect(await because.getAttribute('aria-invalid')).toBe('true');
    expect(acts()).toEqual([]);
    await because.fill('they are silent');
    it.server.script.viewRecovery = () => ({
      ...CAMPAIGN,
      state: 'draft',
      startedAt: null,
      progress: [],
      mayNot: { ...CAMPAIGN.mayNot, start: null },
    });
    await button('Write the plan').click();
    await button('Start it').click();
    const dialog = it.page.getByRole('dialog');
    await dialog.getByLabel('Because').fill('the morning round');
    it.server.script.viewRecovery = () => CAMPAIGN;
    await dialog.getByRole('button', { name: 'Start the campaign' }).click();
    await it.page.getByText('Healed by relay through').waitFor();
    expect(acts()).toEqual([
      [
        '/v1/recoveries',
        {
          incident: INCIDENT.incident,
          release: '3.2.4',
          roads: ['http', 'relay', 'rescue', 'technician'],
          visitsPerDay: 10,
          waitHours: 24,
          title: `Bring back: ${INCIDENT.title}`,
          because: 'they are silent',
        },
      ],
      [`/v1${PATH}/start`, { because: 'the morning round' }],
    ]);
  });

  test('roads are chosen and put into their order; what the server refuses stands at its field', async () => {
    await it.enter('/recoveries/new');
    await it.page.getByLabel('Devices', { exact: true }).selectOption('devices');
    await it.page.getByLabel('Ids').fill('th-1, th-2\nth-1');
    await it.page.getByLabel('They are to run').selectOption('3.2.4');
    await it.page.getByLabel(/^Server/).uncheck();
    await button('Rescue earlier').click();
    await it.page.getByLabel('What is to be mended').fill('Two');
    await it.page.getByLabel('Because').fill('x');
    await it.page.getByText('first for 9').waitFor();
    it.server.refuseNext = refuse('not-found', 'there is no device th-2', { field: 'devices' });
    await button('Write the plan').click();
    await it.page.getByText('there is no device th-2').first().waitFor();
    expect(await it.page.getByLabel('Ids').getAttribute('aria-invalid')).toBe('true');
    await button('Write the plan').click();
    await expect
      .poll(() => acts().at(-1), SOON)
      .toMatchObject([
        '/v1/recoveries',
        { devices: ['th-1', 'th-2'], roads: ['rescue', 'relay', 'technician'] },
      ]);
  });
});

describe('a campaign that runs', () => {
  test.each(SIZES)(
    'says on a %s what is, why and what next, and finishing says why not',
    async (name, size) => {
      await it.visit(size, 'light');
      await it.enter(PATH);
      await it.page.getByText('Heard by').waitFor();
      for (const words of [
        CAMPAIGN.title,
        CAMPAIGN.summary.what,
        CAMPAIGN.summary.why,
        CAMPAIGN.summary.next,
      ]) {
        const box = await it.page.getByText(words).first().boundingBox();
        expect((box?.y ?? 1e9) + (box?.height ?? 0), words).toBeLessThan(size.height);
      }
      await it.page.getByText('13 devices are neither healed nor given up').waitFor();
      expect(await button('Finish it').getAttribute('aria-disabled')).toBe('true');
      await it.inEachTheme(async (theme) => {
        await it.shoot(`recovery-${name}-${theme}`);
        expect(await it.violations(theme)).toEqual([]);
      });
    },
  );

  test('a visit is recorded with a reason, and the neighbours of a device lead to their pages', async () => {
    await it.enter(PATH);
    await it.page.getByLabel('Show', { exact: true }).selectOption('technician');
    await it.page.getByText('technician, day 1').waitFor();
    await button('Visited th-0077').click();
    await it.page.getByLabel('Because').fill('the van is back');
    await it.page.getByRole('dialog').getByRole('button', { name: 'Somebody was there' }).click();
    await expect
      .poll(() => acts(), SOON)
      .toEqual([[`/v1${PATH}/devices/th-0077/visit`, { because: 'the van is back' }]]);
    await it.page.getByLabel('Show', { exact: true }).selectOption('waiting');
    const heardBy = it.page.getByText('Heard by');
    expect(await heardBy.getByRole('link').first().getAttribute('href')).toBe('/devices/th-0007');
  });
});
