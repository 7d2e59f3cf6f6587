/** Every page follows what happens; when the stream or the server is away it says so, and goes on where it was. */
import { beforeEach, describe, expect, test } from 'vitest';
import { ConsoleBrowser, PHONE } from './testing/console-browser.ts';
import { INCIDENT } from './testing/incident-story.ts';

const it = new ConsoleBrowser();
const SOON = { timeout: 15_000 };
const INCIDENT_PATH = `/incidents/${INCIDENT.incident}`;
const line = () => it.page.getByRole('region', { name: 'Times and connection' }).getByRole('status');
async function live(): Promise<void> {
  await expect.poll(() => line().textContent(), SOON).toBe('Live');
}
const askedSince = (from: number) => it.server.questions.slice(from);

/** Without a word to the page: the script's own setter would tell it that everything changed. */
function quietly(change: () => void): void {
  it.server.silent = true;
  change();
  it.server.silent = false;
}

describe('an incident on a phone', () => {
  beforeEach(async () => {
    await it.visit(PHONE, 'light');
    await it.enter(INCIDENT_PATH);
    await it.page.getByText('Texts to send').waitFor();
    await live();
  });

  test('is asked for again when it is told that it changed, and nothing else is', async () => {
    const from = it.server.questions.length;
    quietly(() => (it.server.script.viewIncident = () => ({ ...INCIDENT, visits: 9 })));
    it.server.tell({ topic: 'incident', id: INCIDENT.incident });
    await it.page.getByText('9 visits recorded').waitFor();
    // The shell shows how many incidents there are.
    await expect.poll(() => askedSince(from), SOON).toContain('listIncidents');
    const about = ['viewIncident', 'listIncidentDevices', 'listApprovals', 'listGlasses', 'listIncidents'];
    expect(askedSince(from).filter((name) => !about.includes(name))).toEqual([]);
  });

  test('of another incident it hears nothing', async () => {
    const from = it.server.questions.length;
    it.server.tell({ topic: 'incident', id: 'i-other' });
    await expect.poll(() => askedSince(from), SOON).toContain('listIncidents');
    expect(askedSince(from)).not.toContain('viewIncident');
  });

  test('a storm of reports is asked about once in two seconds at most', async () => {
    const from = it.server.questions.length;
    for (let n = 0; n < 200; n++) it.server.tell({ topic: 'devices', id: null });
    await expect.poll(() => askedSince(from), SOON).toContain('viewIncident');
    expect(askedSince(from).filter((name) => name === 'viewIncident')).toHaveLength(1);
  });

  test('a server that dies is said at once with a way that is left, and what happened meanwhile is there when it is back', async () => {
    await it.server.die();
    const lost = it.page.getByRole('alert').filter({ hasText: 'Connection lost' });
    await lost.waitFor();
    expect(await lost.textContent()).toContain(`tuesday incident view ${INCIDENT.incident}`);
    await expect.poll(() => line().textContent(), SOON).toMatch(/^Not live/);
    expect(await it.violations()).toEqual([]);
    await it.shoot('incident-away-phone-light', true);
    quietly(() => (it.server.script.viewIncident = () => ({ ...INCIDENT, visits: 11 })));
    const heard = it.server.lines.length;
    await it.server.start();
    await it.page.getByText('11 visits recorded').waitFor();
    await lost.waitFor({ state: 'detached' });
    await live();
    // It went on after the last event that it had heard.
    expect(it.server.lines.slice(heard)[0]).toMatch(/^\d+$/);
  });
});

test('the fleet on a desk notices a server that dies, and shows what is new when it is back', async () => {
  await it.enter('/fleet');
  await it.page.getByText('new since').first().waitFor();
  await live();
  await it.server.die();
  const lost = it.page.getByRole('alert').filter({ hasText: 'Connection lost' });
  await lost.first().waitFor();
  expect(await lost.first().textContent()).toContain('tuesday fleet view');
  const from = it.server.questions.length;
  await it.server.start();
  await lost.first().waitFor({ state: 'detached' });
  await live();
  expect(askedSince(from)).toContain('viewInventory');
});

test('a stream that alone is away is said, and the page goes on by asking', async () => {
  it.server.breaking.add('watchFleet');
  await it.enter('/incidents');
  await it.page.getByText('Boilers are cold').first().waitFor();
  await expect.poll(() => line().textContent(), SOON).toMatch(/^Not live/);
  expect(await it.page.getByRole('alert').count()).toBe(0);
  quietly(() => (it.server.script.listIncidents = () => ({ incidents: [] })));
  await it.page.getByText('tuesday incident open').waitFor();
  it.server.breaking.delete('watchFleet');
  await live();
});

test('a page that loses its stream goes on after the last event it heard, and a gap is read anew', async () => {
  await it.enter('/incidents');
  await live();
  it.server.tell({ topic: 'code', id: '0x1' });
  it.server.cutLines();
  await expect.poll(() => it.server.lines.length, SOON).toBe(2);
  expect(it.server.lines).toEqual([null, '1']);
  await live();
  const from = it.server.questions.length;
  it.server.tell({ topic: 'everything', id: null });
  await expect.poll(() => askedSince(from), SOON).toContain('listIncidents');
});
