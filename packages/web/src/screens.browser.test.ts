/** Every screen for people and time, looked at on a phone and at a desk, in both themes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConsoleBrowser, SIZES, TABLET, WALL } from './testing/console-browser.ts';
import { glass, VERA } from './testing/people-story.ts';
import { routeOf } from './route.ts';
import { tellOfScreens } from './testing/screens-story.ts';
import { LOOKED, SCREENS } from './testing/screens.ts';
import { halted, JUDGED, ROLLOUT, soaking } from './testing/story.ts';

const it = new ConsoleBrowser();

/** Beside phone and desk. */
const OTHER_SIZES = [
  ['narrow', { width: 360, height: 800 }, 'dark'],
  ['tablet', TABLET, 'light'],
  ['small-desk', { width: 1_024, height: 768 }, 'dark'],
  ['wall', WALL, 'dark'],
  ['wide', { width: 2_560, height: 1_440 }, 'dark'],
] as const;

test.each(Object.entries(LOOKED).flatMap(([screen, looked]) => looked.map(({ path }) => [path, screen])))(
  '%s is an address of the screen %s',
  (path, screen) => expect(routeOf(path.split('?')[0] ?? '').screen).toBe(screen),
);

test.each(SCREENS.filter(({ by }) => by !== undefined))(
  '$path is held to the rules for everybody by the story of $by',
  ({ by, path }) => {
    const story = readFileSync(join(import.meta.dirname, `${by}.browser.test.ts`), 'utf8');
    expect(story).toContain('violations(');
    expect(story).toMatch(new RegExp(`['"\`]${path}[?'"\`]`));
  },
);

describe('everybody can use every screen', () => {
  describe.each(SIZES)(
    'axe finds nothing, and nothing scrolls sideways, in either theme: %s',
    (name, size) => {
      test.each(SCREENS.filter(({ by }) => by === undefined))(
        '$path',
        async ({ name: screen, path, ready }) => {
          await it.visit(size, 'light');
          tellOfScreens(it.server);
          await it.enter(path);
          await it.page.getByText(ready).filter({ visible: true }).first().waitFor();
          await it.page.getByRole('region', { name: 'Broken glass' }).waitFor();
          await it.page.getByText('Asking for').first().waitFor({ state: 'detached' });
          expect(await it.page.title()).toMatch(/^.+ · Tuesday$/);
          await it.inEachTheme(async (theme) => {
            await it.shoot(`${screen}-${name}-${theme}`);
            expect(await it.violations(theme), theme).toEqual([]);
          });
          expect(await it.overflow()).toBeLessThanOrEqual(0);
        },
      );
    },
  );

  test.each(SIZES)(
    'dialogs, the menu and the doorstep pass too, in either theme: %s',
    async (name, size) => {
      await it.visit(size, 'light');
      const look = (screen: string, part = false) =>
        it.inEachTheme(async (theme) => {
          await it.shoot(`${screen}-${name}-${theme}`, part);
          expect(await it.violations(theme), `${screen}, ${theme}`).toEqual([]);
        });
      it.server.script.signInWays = () => ({
        passkey: true,
        password: true,
        oidc: { label: 'Sign in with Hearth ID', url: '/v1/sign-in/oidc' },
      });
      await it.page.goto(it.server.url);
      await it.page.getByText('Sign in with Hearth ID').waitFor();
      await it.page.getByRole('button', { name: 'Continue' }).click();
      await look('sign-in-problems');
      await it.page.goto(`${it.server.url}/join#invitation=${'i'.repeat(43)}`);
      await it.page.getByText('Welcome, Dan Kim').waitFor();
      await look('join');
      await it.page.getByRole('button', { name: /Use a password/ }).click();
      await it.page.getByRole('img', { name: /QR code/ }).waitFor();
      await it.page.getByRole('button', { name: 'Join' }).click();
      await look('join-password');
      await it.page.getByLabel('Password').fill('four words for a door');
      await it.page.getByLabel('First code').fill('123456');
      await it.page.getByRole('button', { name: 'Join' }).click();
      await it.page.getByText('Your account is ready').waitFor();
      await look('joined');
      await it.enter('/settings/people');
      await it.page.getByRole('button', { name: 'Invite somebody' }).click();
      await it.page.getByText('Roles in Thermostats').waitFor();
      await look('invite', true);
      await it.page.keyboard.press('Escape');
      await it.enter('/settings/notifications');
      await it.page.getByRole('button', { name: 'Add a place' }).click();
      await it.page.getByRole('button', { name: 'Add it' }).click();
      await look('add-channel', true);
      await it.page.keyboard.press('Escape');
      it.server.script.listGlasses = () => ({
        glasses: [glass({ review: { ...glass().review, dueAt: glass().at + 3_600_000, overdue: true } })],
      });
      it.server.view = halted('judge', JUDGED);
      await it.enter(`/rollouts/${ROLLOUT}`);
      await it.page.getByText('Review overdue').waitFor();
      await it.page.getByText('Nobody has said that they are at it').waitFor();
      if (name === 'phone') await it.page.getByRole('button', { name: 'Menu' }).click();
      await look('overdue', true);
    },
    120_000,
  );

  test('a screen without anything in it teaches the command', async () => {
    it.server.script.listApprovals = () => ({ approvals: [] });
    it.server.script.listChannels = () => ({ channels: [] });
    it.server.script.listTokens = () => ({ tokens: [] });
    it.server.script.listPeople = () => ({ people: [] });
    it.server.script.listAudit = () => ({ entries: [], next: null });
    it.server.script.listCodes = () => ({ codes: [], stubs: 0, next: null });
    it.server.script.listIncidents = () => ({ incidents: [] });
    it.server.script.listRecoveries = () => ({ recoveries: [] });
    const empty = [
      ['/approvals', 'tuesday approval request <rollout>'],
      ['/break-glass', 'tuesday break-glass recall <rollout> --because "…"'],
      ['/settings/people', 'tuesday people invite alice'],
      ['/settings/tokens', 'tuesday token create'],
      ['/settings/notifications', 'tuesday notify add on-call'],
      ['/audit', 'tuesday audit export'],
      ['/codes', 'tuesday codes check codes.yaml'],
      ['/incidents', 'tuesday incident open --title "…" --code 0x45 --because "…"'],
      ['/recoveries', 'tuesday recovery preview --incident <incident> --release <version>'],
    ] as const;
    for (const [path, command] of empty) {
      await it.enter(path);
      await it.page.getByText(command).first().waitFor();
      await it.shoot(`empty${path.replaceAll('/', '-')}`);
      expect(await it.violations(), path).toEqual([]);
    }
  });

  test('who may do nothing sees every button say so', async () => {
    it.server.script.viewAccount = () => VERA;
    const refused = [
      ['/settings/people', 'Invite somebody'],
      ['/settings/notifications', 'Add a place'],
      ['/calendar', 'Import freezes from a file'],
      ['/codes/0x77', 'Write it down'],
      ['/incidents', 'Open one by hand'],
      ['/recoveries', 'Plan a recovery'],
      ['/recoveries/rc-5d10c2e4a7f1', 'Stop it'],
      ['/incidents/i-4f2a91c07be3', 'Close it'],
      ['/approvals', 'Let somebody consent for me'],
      ['/break-glass', 'Break the glass'],
    ] as const;
    for (const [path, name] of refused) {
      await it.enter(path);
      const button = it.page.getByRole('button', { name });
      await button.waitFor();
      expect(await button.getAttribute('aria-disabled'), path).toBe('true');
      const why = await button.getAttribute('aria-describedby');
      expect(await it.page.locator(`[id="${why}"]`).textContent(), path).toMatch(/role|second factor/);
    }
  });

  test('the wall follows a rollout without a touch, fits its screen, says so when the server dies, and axe finds nothing', async () => {
    await it.visit(WALL, 'dark');
    it.server.view = soaking();
    await it.enter('/wall');
    await it.page.getByText('Live', { exact: true }).waitFor();
    await it.page.getByRole('list').getByText('Stage 1').waitFor();
    await it.shoot('wall-soaking-wall-dark', true);
    expect(await it.page.getByRole('button').count()).toBe(0);
    const height = async () => Number(await it.page.evaluate('document.documentElement.scrollHeight'));
    expect(await height()).toBeLessThanOrEqual(WALL.height);
    it.server.show(halted('judge', JUDGED));
    await it.page.getByText(JUDGED).waitFor();
    expect(await height()).toBeLessThanOrEqual(WALL.height);
    await it.shoot('wall-halted-wall-dark', true);
    await it.server.die();
    await it.page.getByText('The server does not answer; this is of').waitFor();
    expect(await it.page.getByText(JUDGED).count()).toBe(1);
    expect(await it.violations()).toEqual([]);
    await it.shoot('wall-away-wall-dark', true);
    await it.server.start();
    await it.page.getByText('Live', { exact: true }).waitFor();
  });

  test('nothing scrolls sideways on screens of other sizes, in either theme', async () => {
    await it.visit(TABLET, 'light');
    tellOfScreens(it.server);
    for (const { name: screen, path, ready } of SCREENS) {
      await it.enter(path);
      await it.page.getByText(ready).filter({ visible: true }).first().waitFor({ timeout: 60_000 });
      await it.page.getByText('Asking for').first().waitFor({ state: 'detached' });
      for (const [name, size, theme] of OTHER_SIZES) {
        await it.page.emulateMedia({ colorScheme: theme });
        await it.page.setViewportSize(size);
        await it.shoot(`${screen}-${name}-${theme}`);
        expect(await it.overflow(), `${screen}, ${name}`).toBeLessThanOrEqual(0);
      }
    }
  }, 180_000);
});
