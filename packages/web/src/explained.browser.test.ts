/** What counts for nothing any more says why, and pages that speak of a release lead to it. */
import { expect, test } from 'vitest';
import { VOID } from './testing/void-story.ts';
import { ConsoleBrowser, PHONE } from './testing/console-browser.ts';
import { request } from './testing/people-story.ts';
import { ROLLOUT } from './testing/story.ts';

const it = new ConsoleBrowser();

test('a signature that another publication made void is named, with what its giver does now', async () => {
  await it.visit(PHONE, 'light');
  it.server.script.listAudit = () => ({ entries: [...VOID.signed], next: null });
  await it.enter('/releases/3.2.6');
  await it.page.getByRole('heading', { name: 'A signature is void' }).waitFor();
  await it.page.getByText('signed by carol').waitFor();
  // alice's stands.
  expect(await it.page.getByText('signed by alice').count()).toBe(0);
  expect(await it.violations()).toEqual([]);
  await it.shoot('void-signature-phone-light');
});

test('a request that is void says why, that its consents count for nothing, and how it is asked for again', async () => {
  it.server.script.viewApproval = () => ({ ...request(), state: 'void', mayNot: 'The request is void.' });
  it.server.script.listAudit = () => ({ entries: [...VOID.voided], next: null });
  await it.enter('/approvals/a-41');
  await it.page.getByText('It is void: another request took its place.').waitFor();
  await it.page.getByText(`tuesday approval request ${ROLLOUT}`).first().waitFor();
  expect(await it.violations()).toEqual([]);
});

test('a rollout and a code lead to the page of their release', async () => {
  await it.enter(`/rollouts/${ROLLOUT}`);
  await it.page.getByRole('main').getByRole('link', { name: '3.2.5', exact: true }).first().click();
  await it.page.getByRole('heading', { name: 'Release 3.2.5' }).waitFor();
  await it.enter('/codes/0x45');
  await it.page.getByRole('main').getByRole('link', { name: '3.2.5', exact: true }).first().click();
  await it.page.getByRole('heading', { name: 'Release 3.2.5' }).waitFor();
});
