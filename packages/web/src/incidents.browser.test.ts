/** An incident on a phone: read in ten seconds, worked on with a thumb. */
import { refuse } from '@tuesday/protocol';
import { beforeEach, describe, expect, test } from 'vitest';
import { ConsoleBrowser, PHONE, SIZES } from './testing/console-browser.ts';
import { INCIDENT } from './testing/incident-story.ts';
import { halted, JUDGED, ROLLOUT } from './testing/story.ts';

const it = new ConsoleBrowser();
const PATH = `/incidents/${INCIDENT.incident}`;
/** A machine that has much to do is waited for. */
const SOON = { timeout: 15_000 };
const acts = () => it.server.acts.map(({ path, body }) => [path, body]);
const press = (name: string) => it.page.getByRole('button', { name, exact: true }).click();

describe('on a phone', () => {
  beforeEach(async () => {
    await it.visit(PHONE, 'dark');
    await it.enter(PATH);
    await it.page.getByText('Texts to send').waitFor();
  });

  test('what happens, who is harmed and healed, and what comes next are seen without scrolling', async () => {
    for (const words of [
      INCIDENT.title,
      INCIDENT.summary.what,
      INCIDENT.summary.healed,
      INCIDENT.summary.next,
    ]) {
      const box = await it.page.getByText(words).first().boundingBox();
      expect((box?.y ?? 1e9) + (box?.height ?? 0), words).toBeLessThan(PHONE.height);
    }
  });

  test('a note and a hypothesis are refused beside the field when empty, and sent when not', async () => {
    await press('Add the note');
    const note = it.page.getByLabel('Note', { exact: true });
    expect(await note.getAttribute('aria-invalid')).toBe('true');
    expect(await it.violations()).toEqual([]);
    expect(acts()).toEqual([]);
    await note.fill('340 tickets overnight');
    await press('Add the note');
    await it.page.getByLabel('What may be the cause').fill('it loops');
    await press('Add the hypothesis');
    await expect.poll(() => acts().length, SOON).toBe(2);
    expect(acts()).toEqual([
      [`/v1${PATH}/notes`, { text: '340 tickets overnight' }],
      [`/v1${PATH}/hypotheses`, { text: 'it loops' }],
    ]);
    expect(await note.inputValue()).toBe('');
  });

  test('a hypothesis is ruled out with a reason', async () => {
    await it.page.getByRole('button', { name: /^Rule it out.*Certificates/ }).click();
    await it.page.getByLabel('Because').fill('they run until 2028');
    await it.page.getByRole('dialog').getByRole('button', { name: 'Rule it out' }).click();
    await expect
      .poll(() => acts(), SOON)
      .toEqual([[`/v1${PATH}/hypotheses/h-2b77`, { verdict: 'ruled-out', because: 'they run until 2028' }]]);
  });

  test('closing wants a note; when somebody was faster the words stay and the server’s reason is shown', async () => {
    await press('Close it');
    const dialog = it.page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Close it' }).click();
    expect(await dialog.getByLabel('How it ended').getAttribute('aria-invalid')).toBe('true');
    await dialog.getByLabel('How it ended').fill('all but one are well');
    it.server.refuseNext = refuse('conflict', `erin has closed ${INCIDENT.incident} already`);
    await dialog.getByRole('button', { name: 'Close it' }).click();
    await dialog.getByText('Somebody was faster.').waitFor();
    expect(await dialog.getByLabel('How it ended').inputValue()).toBe('all but one are well');
    expect(await it.violations()).toEqual([]);
    it.server.script.viewIncident = () => ({
      ...INCIDENT,
      state: 'closed',
      closingNote: 'all but one are well',
    });
    await dialog.getByRole('button', { name: 'Close it' }).click();
    await it.page.getByRole('button', { name: 'Open it again' }).waitFor();
    expect(acts()).toEqual([[`/v1${PATH}/close`, { note: 'all but one are well' }]]);
  });

  test('a text is edited and kept while the facts change, and can be filled anew', async () => {
    await it.page.getByLabel('For', { exact: true }).selectOption('status');
    const text = it.page.getByLabel('Text', { exact: true });
    expect(await text.inputValue()).toBe(INCIDENT.texts.status);
    await text.fill('Ours.');
    it.server.script.viewIncident = () => ({
      ...INCIDENT,
      texts: { ...INCIDENT.texts, status: 'Later.' },
      visits: 9,
    });
    await it.page.getByText('9 visits recorded').waitFor();
    expect(await text.inputValue()).toBe('Ours.');
    await press('Fill in the facts anew');
    expect(await text.inputValue()).toBe('Later.');
  });

  test('the devices that wait for a technician are shown with what they said last, and lead to their page', async () => {
    await it.page.getByLabel('Show devices').selectOption('technician');
    await it.page.getByRole('link', { name: 'th-0042' }).first().waitFor();
    const csv = it.page.getByRole('link', { name: 'List as CSV' });
    expect(await csv.getAttribute('href')).toBe(`/v1${PATH}/technicians`);
    await it.page.getByText('not heard from for 45 minutes').waitFor();
    expect(await it.violations()).toEqual([]);
    const pdf = it.page.getByRole('link', { name: 'PDF' });
    expect(await pdf.getAttribute('href')).toBe(`/v1${PATH}/report?format=pdf`);
  });

  test('visits are recorded as a sum', async () => {
    await press('Record visits');
    await it.page.getByLabel('Visits in all').fill('two');
    await press('Record');
    await it.page.getByText('Type a whole number').waitFor();
    await it.page.getByLabel('Visits in all').fill('2');
    await it.page.getByLabel('From where you know it').fill('the van is back');
    await press('Record');
    await expect
      .poll(() => acts(), SOON)
      .toEqual([[`/v1${PATH}/visits`, { visits: 2, because: 'the van is back' }]]);
  });
});

test('an incident is opened by hand; what is wrong stands beside its field, also what the server says', async () => {
  await it.enter('/incidents');
  await press('Open one by hand');
  await press('Open it');
  const wrong = it.page.locator('[aria-invalid="true"]');
  expect(await wrong.count()).toBe(2);
  await it.page.getByLabel('What happens').fill('Cold boilers');
  await it.page.getByLabel(/^Error code/).fill('E45');
  await it.page.getByLabel('How you know').fill('the phones ring');
  await it.page.getByText('Use 0x and 1 to 8 hex digits').waitFor();
  await it.page.getByLabel(/^Error code/).fill('0x45');
  it.server.refuseNext = refuse('conflict', 'incident i-1 is about rollout r-1 already', {
    field: 'rollout',
  });
  await press('Open it');
  await expect
    .poll(() => it.page.getByLabel('About the rollout').getAttribute('aria-invalid'), SOON)
    .toBe('true');
  expect(await it.violations()).toEqual([]);
  await press('Open it');
  await it.page.getByRole('heading', { name: INCIDENT.title }).waitFor();
  expect(acts()).toEqual([
    ['/v1/incidents', { title: 'Cold boilers', code: '0x45', because: 'the phones ring' }],
  ]);
});

test('the first page says what goes wrong now, and the header how many, until it is closed', async () => {
  await it.enter('/');
  await it.page.getByRole('region', { name: 'Incidents' }).getByRole('link').click();
  await it.page.getByRole('heading', { name: INCIDENT.title }).waitFor();
  const place = it.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: /^Incidents/ });
  expect(await place.textContent()).toBe('Incidents1 not closed');
  it.server.script.listIncidents = () => ({
    incidents: [{ ...INCIDENT, rollout: ROLLOUT, state: 'closed' }],
  });
  await it.enter('/');
  await expect.poll(() => place.textContent(), SOON).toBe('Incidents');
  expect(await it.page.getByRole('region', { name: 'Incidents' }).count()).toBe(0);
});

test('a halted rollout leads to its incident, and the incident to its rollout', async () => {
  it.server.view = halted('judge', JUDGED);
  await it.enter(`/rollouts/${ROLLOUT}`);
  await it.page.getByRole('link', { name: /^Its incident/ }).click();
  await it.page.getByRole('link', { name: 'Go to the rollout' }).click();
  await it.page.getByText('Nobody has said that they are at it').waitFor();
});

test.each(SIZES)('its dialogs pass, too, in either theme: %s', async (name, size) => {
  await it.visit(size, 'light');
  const look = (screen: string) =>
    it.inEachTheme(async (theme) => {
      await it.shoot(`incident-${screen}-${name}-${theme}`, true);
      expect(await it.violations(theme), `${screen}, ${theme}`).toEqual([]);
      expect(await it.overflow(), `${screen}, ${theme}`).toBeLessThanOrEqual(0);
    });
  await it.enter(PATH);
  await press('Change the prices');
  await it.page.getByLabel('One visit of a technician').fill('-1');
  await press('Set the prices');
  await it.page.getByText('not below 0').waitFor();
  await look('prices');
  await it.page.keyboard.press('Escape');
  await press('Close it');
  await look('close');
  await it.page.keyboard.press('Escape');
  await it.page.getByText('What it is made of: So far').click();
  await look('cost');
  await it.enter('/incidents');
  await press('Open one by hand');
  await look('open');
});
