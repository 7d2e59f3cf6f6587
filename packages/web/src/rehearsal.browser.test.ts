/** What-ifs are asked against the live fleet, watched, compared, and attached for whoever approves. */
import type { Composition, RolloutView } from '@tuesday/protocol';
import {
  exampleComposition,
  nextFridayEvening,
  openingsIn,
  playWhatIfs,
  rehearsalWith,
} from '@tuesday/simulator/rehearsal';
import { fridayIncident, PLAIN, whatIfText } from '@tuesday/simulator/what-if';
import { describe, expect, test } from 'vitest';
import { ConsoleBrowser, SIZES } from './testing/console-browser.ts';
import { PRICES } from './testing/incident-story.ts';
import { COMPOSITION } from './testing/plan-story.ts';
import { NINE, ROLLOUT, soaking } from './testing/story.ts';
import { PLANNED, ROSTER } from './testing/time-story.ts';

const it = new ConsoleBrowser();

function tell(composition: () => Composition = () => COMPOSITION, phase: RolloutView['phase'] = 'scheduled') {
  it.server.view = { ...soaking(), phase };
  it.server.script.viewComposition = composition;
  it.server.script.attachRehearsal = () => it.server.view;
}

const button = (name: string | RegExp) => it.page.getByRole('button', { name });
const played = () => it.page.getByText('25 runs of each').waitFor({ timeout: 60_000 });
const cell = (title: string) => it.page.getByRole('row', { name: title }).getByRole('cell').allTextContents();

/** The same in this process, as the command line plays it. */
function here(seed = 1) {
  const world = {
    plan: it.server.view.plan,
    composition: COMPOSITION,
    prices: PRICES.prices,
    shifts: ROSTER.shifts,
    calendar: openingsIn(PLANNED),
    now: PLANNED.start,
    friday: nextFridayEvening(PLANNED.start, PLANNED.zone),
    runs: 25,
    seed,
  };
  const report = playWhatIfs(fridayIncident(), world);
  return { report, rehearsal: rehearsalWith(report, world, NINE) };
}

describe('what-ifs', () => {
  test('one press plays the Friday incident beside the plan, the worst first, and the address holds it', async () => {
    tell();
    await it.enter('/rehearsal');
    await it.page.getByText('Where broker is mosquitto 2.0.18 devices die').waitFor();
    await button('The Friday incident').click();
    await played();
    const { results } = here().report;
    expect(await cell('Harmed')).toEqual(results.map(({ row }) => String(row.harmedMedian)));
    expect(await it.page.getByRole('columnheader').nth(1).textContent()).toContain('nothing halts it');
    const [worst] = results;
    await it.page
      .getByText(`“The Friday incident” harms ${worst?.row.harmedMedian} of 240 devices (15 %)`)
      .waitFor();
    await it.page.getByText('each of these faults is stopped before the last stage').waitFor();
    const story = it.page.getByRole('article', { name: 'The Friday incident' });
    await story.getByText('Fri 27 Nov, 17:30 stage 1 opens, to 100 %').waitFor();
    const query = new URL(it.page.url()).searchParams;
    expect(query.getAll('if')).toEqual(fridayIncident().map(whatIfText));
    expect(query.get('at')).toBe(String(NINE));
  }, 90_000);

  test('a colleague who opens the address sees the same, and can play other runs', async () => {
    tell();
    const lines = fridayIncident().map((one) => `if=${encodeURIComponent(whatIfText(one))}`);
    await it.enter(`/rehearsal?plan=${ROLLOUT}&${lines.join('&')}&seed=4&at=${NINE}`);
    await played();
    const harmed = here(4).report.results.map(({ row }) => String(row.harmedMedian));
    expect(await cell('Harmed')).toEqual(harmed);
    await button('Play other runs').click();
    await it.page.getByText('25 runs of each, seed 5').waitFor({ timeout: 60_000 });
  }, 90_000);

  test('what is attached is what the command line would attach: the same for the same seed', async () => {
    tell();
    await it.enter('/rehearsal');
    await button('The Friday incident').click();
    await played();
    await button('Attach to the rollout').click();
    await it.page.getByText('is asked again').waitFor();
    await button('Attach it').click();
    await it.page.getByText('Attached to').waitFor({ timeout: 60_000 });
    const [act] = it.server.acts;
    expect(act?.path).toBe(`/v1/rollouts/${ROLLOUT}/rehearsal`);
    expect(act?.body).toMatchObject({ rows: JSON.parse(JSON.stringify(here().rehearsal.rows)) as unknown });
  }, 120_000);

  test('a rollout that has opened takes no rehearsal any more, and the button says so', async () => {
    tell(undefined, 'soaking');
    await it.enter('/rehearsal?if=harm%3Dnone');
    const attach = button('Attach to the rollout');
    await it.page.getByText('It is soaking: a rehearsal is attached before the first stage opens.').waitFor();
    expect(await attach.getAttribute('aria-disabled')).toBe('true');
  });

  test('it is played by hand: the calendar moves on, and nothing is told before it happens', async () => {
    tell();
    await it.enter(`/rehearsal?if=${encodeURIComponent(whatIfText(fridayIncident()[1]))}`);
    await played();
    const story = it.page.getByRole('article', { name: 'This plan' });
    const halts = story.getByText('the rollout halts itself');
    await halts.waitFor();
    const slider = it.page.getByLabel('Hours since the first stage opened');
    await slider.focus();
    await it.page.keyboard.press('Home');
    await halts.waitFor({ state: 'hidden' });
    await story.getByText('Tue 24 Nov, 09:00').first().waitFor();
    await it.page.keyboard.press('End');
    await halts.waitFor();
    await button('Play again').click();
    await button('Pause').waitFor();
  }, 60_000);

  test('a question of one’s own: what is wrong is said beside its field, then it is played and can be changed', async () => {
    tell();
    await it.enter('/rehearsal');
    await button('A question of your own').click();
    const dialog = it.page.getByRole('dialog');
    await dialog.getByLabel('Of which devices').fill('broker');
    await dialog.getByText('Use attribute=value').waitFor();
    await dialog.getByLabel('Hours after the update').fill('3-1');
    await dialog.getByText('Use hours, for instance 2 or 1-3').waitFor();
    expect(await dialog.getByRole('button', { name: 'Play it' }).getAttribute('aria-disabled')).toBe('true');
    await dialog.getByLabel('Of which devices').fill('broker=mosquitto 2.0.15');
    await dialog.getByLabel('Hours after the update').fill('2');
    await dialog.getByLabel('Name').fill('Mine');
    await it.shoot('rehearsal-form', true);
    expect(await it.violations()).toEqual([]);
    await dialog.getByRole('button', { name: 'Play it' }).click();
    await it.page
      .getByText('All devices with broker = mosquitto 2.0.15 fall silent 2 h after')
      .first()
      .waitFor();
    await button('Change Mine').click();
    await it.page.getByLabel('What becomes of the devices').selectOption('none');
    await it.page.getByRole('dialog').getByRole('button', { name: 'Play it' }).click();
    await it.page.getByText('“Mine” harms nobody.').waitFor({ timeout: 60_000 });
    await button('Remove Mine').click();
    await it.page.getByText('What if Friday happened to this fleet?').waitFor();
  }, 90_000);

  test('it can be stopped and goes on, and what the address says wrongly is named', async () => {
    // Large enough that nobody is faster with it than a thumb.
    tell(() => exampleComposition(100_000));
    const many = Array.from({ length: 7 }, (_, index) => ({ ...PLAIN, name: `Question ${index}` }));
    const lines = many.map((one) => `if=${encodeURIComponent(whatIfText(one))}`);
    await it.enter(`/rehearsal?${lines.join('&')}&if=harm%3Dfire`);
    await it.page.getByText('harm: use one of silent, code, install-fails, none').waitFor();
    await button('Stop').click();
    await it.page.getByText('stopped:').waitFor();
    await button('Go on').click();
    await button('Stop').waitFor();
  });

  test('a result of an older fleet says so, and is played again with the one of now', async () => {
    let fleet = COMPOSITION;
    tell(() => fleet);
    await it.page.clock.install();
    await it.enter('/rehearsal?if=harm%3Dnone');
    await it.page.getByText('Played with 240 devices').waitFor();
    const [first, ...others] = COMPOSITION.cells;
    fleet = {
      ...COMPOSITION,
      devices: 300,
      cells: [{ environment: first?.environment ?? {}, devices: 264 }, ...others],
    };
    await it.page.clock.fastForward(60_000);
    await it.page.getByText('This is of an older fleet: it has 300 devices now, not 240.').waitFor();
    await button('Play again').first().click();
    await it.page.getByText('Played with 300 devices').waitFor();
  }, 60_000);

  test('a fleet in which nobody has reported says how to play with an example', async () => {
    tell(() => ({ ...COMPOSITION, devices: 0, cells: [] }));
    await it.enter('/rehearsal');
    await it.page.getByText('No device has reported yet').waitFor();
    expect(await it.violations()).toEqual([]);
  });

  test.each(SIZES)(
    'and axe finds nothing, in either theme: %s',
    async (name, size) => {
      await it.visit(size, 'light');
      tell();
      await it.enter('/rehearsal');
      await it.page.getByText('What if Friday happened').waitFor();
      await it.inEachTheme(async (theme) => {
        await it.shoot(`rehearsal-empty-${name}-${theme}`);
        expect(await it.violations(theme), theme).toEqual([]);
      });
      await button('The Friday incident').click();
      await played();
      await it.inEachTheme(async (theme) => {
        await it.shoot(`rehearsal-${name}-${theme}`);
        expect(await it.violations(theme), theme).toEqual([]);
        expect(await it.overflow(), theme).toBeLessThanOrEqual(0);
      });
    },
    90_000,
  );
});
