/** A server that takes a question and never answers: no page leaves somebody before a wheel that turns. */
import { type RouteName, routes } from '@tuesday/protocol';
import { beforeEach, expect, test } from 'vitest';
import { ConsoleBrowser, PHONE } from './testing/console-browser.ts';
import { SCREENS } from './testing/screens.ts';

const it = new ConsoleBrowser();
/** What lets somebody in. */
const ENTRY: readonly RouteName[] = ['signIn', 'viewAccount', 'status', 'viewPolicy'];
/** They ask for nothing, or for what lets somebody in anyway. */
const ASK_NOTHING: ReadonlySet<string> = new Set(['account', 'nowhere', 'policy']);

/** Pages that say in their own way that nobody answers, and one of those that say it alike. */
const KINDS: ReadonlySet<string> = new Set(['draft', 'wall', 'fleet']);

beforeEach(() => it.visit(PHONE, 'light'));

const hang = (but: readonly RouteName[]) => {
  for (const name of Object.keys(routes) as RouteName[]) if (!but.includes(name)) it.server.hanging.add(name);
};

test.each(SCREENS.filter(({ name }) => !ASK_NOTHING.has(name)))(
  '$path says that it takes long, and what shows the same in a terminal',
  async ({ name, path }) => {
    hang(ENTRY);
    await it.page.clock.install();
    await it.enter(path);
    await it.page.getByText('Asking for').first().waitFor();
    await it.page.clock.fastForward(6_000);
    await it.page.getByText('The server takes long to answer').first().waitFor();
    await it.page
      .getByText(/^tuesday \S+/)
      .first()
      .waitFor();
    await it.shoot(`${name}-silent-phone-light`);
    // After a while it is taken for lost.
    await it.page.clock.fastForward(20_000);
    await it.page
      .getByText(/Connection lost|The server does not answer/)
      .first()
      .waitFor();
    if (KINDS.has(name)) expect(await it.violations()).toEqual([]);
  },
);

test('whoever is not even let in is told so, and how a terminal asks', async () => {
  hang(['signIn']);
  await it.page.clock.install();
  await it.page.goto(it.server.url);
  await it.page.clock.fastForward(6_000);
  await it.page.getByText('The server takes long to answer').waitFor();
  await it.page.getByText('tuesday status').waitFor();
  await it.page.clock.fastForward(20_000);
  await it.page.getByText('The server does not answer').waitFor();
  await it.page.getByText('tuesday status').waitFor();
});

test('a part of the console that does not come is said, and can be asked for again', async () => {
  await it.enter('/');
  await it.page.route('**/assets/*audit*', (route) => route.abort());
  await it.page.getByRole('navigation', { name: 'All' }).waitFor({ state: 'detached' });
  await it.page.getByRole('button', { name: 'Menu' }).click();
  await it.page.getByRole('link', { name: 'Audit' }).click();
  await it.page.getByRole('heading', { name: 'This page did not load' }).waitFor();
  expect(await it.violations()).toEqual([]);
  await it.page.unroute('**/assets/*audit*');
  await it.page.getByRole('button', { name: 'Load it again' }).click();
  await it.page.getByRole('heading', { name: 'Audit' }).waitFor();
});
