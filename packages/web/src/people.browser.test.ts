/** What people do in the console: signing in, joining, consenting, breaking the glass, looking things up. */
import { describe, expect, test } from 'vitest';
import { ConsoleBrowser, SIZES } from './testing/console-browser.ts';
import { DEVICE } from './testing/device-story.ts';
import { BOB, CHANNELS, glass, REQUESTS, request } from './testing/people-story.ts';
import { TOKEN } from './testing/scripted-server.ts';
import { halted, JUDGED, ROLLOUT, soaking } from './testing/story.ts';
import { VirtualAuthenticator } from './testing/virtual-authenticator.ts';

const it = new ConsoleBrowser();
const button = (name: string | RegExp) => it.page.getByRole('button', { name });

/** A passkey that this authenticator has made before, in the story. */
async function passkey(): Promise<VirtualAuthenticator> {
  const authenticator = await VirtualAuthenticator.addTo(it.page);
  const { privateKey } = await crypto.subtle
    .generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign'])
    .then(async (pair) => ({
      privateKey: Buffer.from(await crypto.subtle.exportKey('pkcs8', pair.privateKey)),
    }));
  await authenticator.put({
    credentialId: Buffer.alloc(16, 5).toString('base64'),
    isResidentCredential: true,
    rpId: 'localhost',
    privateKey: privateKey.toString('base64'),
    userHandle: Buffer.alloc(16, 9).toString('base64'),
    signCount: 1,
  });
  return authenticator;
}

/** Longer than the console waits before it asks again, shorter than it waits for an answer. */
const AGAIN = 16_000;

describe('signing in', () => {
  test('a passkey is the first way, and one touch is enough', async () => {
    await passkey();
    await it.page.goto(it.server.url);
    expect(await it.page.getByRole('button').first().textContent()).toContain('Sign in with a passkey');
    await button('Sign in with a passkey').click();
    await it.page.getByRole('heading', { name: 'Overview' }).waitFor();
  });

  test('a passkey that is not given is told in words, and the password is still there', async () => {
    const authenticator = await passkey();
    await authenticator.setVerified(false);
    await it.page.goto(it.server.url);
    await button('Sign in with a passkey').click();
    await it.page.getByText('The passkey was not used').waitFor();
    expect(await it.page.getByLabel('Password').isVisible()).toBe(true);
  });

  test('the code is asked for when the server wants it, and a wrong one is told beside its field', async () => {
    await it.page.goto(it.server.url);
    await it.page.getByLabel('Name', { exact: true }).fill('bob');
    await it.page.getByLabel('Password').fill('four words for a door');
    it.server.refusing.set('passwordSignIn', {
      code: 'factor-needed',
      because: 'a code is wanted',
      try: 'give it',
    });
    await button('Continue').click();
    const code = it.page.getByLabel('Code', { exact: true });
    await code.fill('12345');
    await button('Sign in with code').click();
    await it.page.getByText('A code has six digits; this has 5.').waitFor();
    await code.fill('123456');
    it.server.refusing.set('passwordSignIn', {
      code: 'factor-invalid',
      because: 'The code is wrong.',
      try: 'wait for the next code',
    });
    await button('Sign in with code').click();
    await it.page.getByText('Refused: The code is wrong. Try: wait for the next code.').waitFor();
    expect(await code.getAttribute('aria-invalid')).toBe('true');
    it.server.refusing.delete('passwordSignIn');
    await button('Sign in with code').click();
    await it.page.getByRole('heading', { name: 'Overview' }).waitFor();
  });

  test('too many attempts are told with how long to wait', async () => {
    it.server.refusing.set('passwordSignIn', {
      code: 'too-many-attempts',
      because: 'Five attempts went wrong; the next one counts after 09:15.',
      try: 'wait as long as it says',
    });
    await it.page.goto(it.server.url);
    await it.page.getByLabel('Name', { exact: true }).fill('bob');
    await it.page.getByLabel('Password').fill('wrong');
    await button('Continue').click();
    await it.page.getByText('the next one counts after 09:15').waitFor();
    expect(await it.page.getByLabel('Name', { exact: true }).inputValue()).toBe('bob');
  });

  test('a session that ends asks again over the page, and what was typed is still there', async () => {
    await it.page.clock.install();
    await it.enter('/break-glass');
    await it.page.getByLabel('Why').fill('The second approver is on a plane.');
    it.server.expired = true;
    await it.page.clock.fastForward(AGAIN);
    const again = it.page.getByRole('dialog', { name: 'Your session has ended' });
    await again.waitFor();
    expect(await again.getByLabel('Name', { exact: true }).inputValue()).toBe('bob');
    await again.getByLabel('Password').fill('four words for a door');
    await again.getByRole('button', { name: 'Continue' }).click();
    await again.waitFor({ state: 'detached' });
    expect(await it.page.getByLabel('Why').inputValue()).toBe('The second approver is on a plane.');
  }, 90_000);

  test('another person who signs in over the page does not go on with it', async () => {
    await it.page.clock.install();
    await it.enter('/break-glass');
    await it.page.getByLabel('Why').fill('bob’s reason');
    it.server.expired = true;
    await it.page.clock.fastForward(AGAIN);
    const again = it.page.getByRole('dialog', { name: 'Your session has ended' });
    await again.waitFor();
    it.server.script.viewAccount = () => ({ ...BOB, name: 'carol', display: 'Carol Sanz' });
    await again.getByLabel('Name', { exact: true }).fill('carol');
    await again.getByLabel('Password').fill('four words for a door');
    await again.getByRole('button', { name: 'Continue' }).click();
    await it.page.getByText('Carol Sanz').waitFor();
    expect(await it.page.getByLabel('Why').inputValue()).toBe('');
  }, 90_000);

  test('the header says who is signed in where, and signs out', async () => {
    await it.enter('/');
    expect(await it.page.locator('header').textContent()).toContain('Bob OkaforThermostats');
    await button('Sign out').click();
    await it.page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });
});

describe('joining', () => {
  test.each(SIZES)(
    'by passkey on a %s: the invitation leaves the address, the codes are shown once',
    async (_, size) => {
      await it.visit(size, 'light');
      const authenticator = await VirtualAuthenticator.addTo(it.page);
      await it.page.goto(`${it.server.url}/join#invitation=${'i'.repeat(43)}`);
      await it.page.getByRole('heading', { name: 'Welcome, Dan Kim' }).waitFor();
      expect(it.page.url()).toBe(`${it.server.url}/join`);
      expect(await it.page.getByText('Hearth Ltd').count()).toBe(1);
      await button('Make a passkey and join').click();
      await it.page.getByRole('region', { name: 'Recovery codes' }).waitFor();
      expect((await authenticator.credentials()).length).toBe(1);
      expect(await button('Open the console').getAttribute('aria-disabled')).toBe('true');
      const download = it.page.waitForEvent('download');
      await it.page.getByRole('link', { name: 'Download as a file' }).click();
      expect((await download).suggestedFilename()).toBe('tuesday-recovery-codes-dan.txt');
      await it.page.getByLabel('I have kept the codes').check();
      await button('Open the console').click();
      await it.page.getByRole('heading', { name: 'Overview' }).waitFor();
    },
  );

  test('an invitation that does not count is refused word for word', async () => {
    it.server.refusing.set('viewInvitation', {
      code: 'invitation-invalid',
      because: 'It was used on Monday.',
      try: 'ask an admin for a new link',
    });
    await it.page.goto(`${it.server.url}/join#invitation=${'i'.repeat(43)}`);
    await it.page.getByText('Refused: It was used on Monday. Try: ask an admin for a new link.').waitFor();
  });
});

describe('approving', () => {
  test.each(SIZES)('on a %s, one touch sends exactly the digest that was read', async (name, size) => {
    await it.visit(size, 'dark');
    await passkey();
    await it.enter('/approvals');
    if (name === 'phone') await it.page.getByRole('link', { name: 'Approvals, 1 waiting for you' }).waitFor();
    await it.page
      .getByRole('link', { name: /alice asks/ })
      .first()
      .click();
    await it.page.getByText('Release 3.2.5 goes to 240 thermostats').waitFor();
    expect(await it.page.getByRole('heading', { name: '1 of 2 consents' }).count()).toBe(1);
    await it.page.getByLabel('As whom').selectOption('erin');
    await button('Approve with passkey').click();
    await expect.poll(() => it.server.acts.length).toBe(1);
    const { path, body } = it.server.acts[0] ?? { path: '', body: {} };
    expect(path).toBe('/v1/approvals/a-41/approve');
    expect(body).toMatchObject({
      digest: request().digest,
      onBehalfOf: 'erin',
      factor: { kind: 'passkey', ceremony: 'ceremony-1' },
    });
  });

  test('a passkey is asked to vouch for this approval and nothing else', async () => {
    const asked: unknown[] = [];
    const { stepUp } = it.server.script;
    it.server.script.stepUp = (script) => {
      asked.push(script.body);
      if (!stepUp) throw new Error('the story scripts no step-up');
      return stepUp(script);
    };
    await passkey();
    await it.enter('/approvals/a-41');
    await button('Approve with passkey').click();
    await expect.poll(() => it.server.acts.length).toBe(1);
    expect(asked).toEqual([{ purpose: request().purpose }]);
  });

  test('a code does it too, and a change meanwhile is told word for word', async () => {
    await it.enter('/approvals/a-41');
    await button('Use a code instead').click();
    await it.page.getByLabel('Code of your authenticator').fill('123 456');
    it.server.refuseNext = {
      code: 'digest-changed',
      because: 'The plan has another digest since 09:02.',
      try: 'read it again and consent to the new digest',
    };
    await button('Approve with code').click();
    await it.page.getByText('Refused: The plan has another digest since 09:02.').waitFor();
    await button('Approve with code').click();
    await expect.poll(() => it.server.acts.length).toBe(1);
    expect(it.server.acts[0]?.body).toMatchObject({ factor: { kind: 'totp', code: '123456' } });
  });

  test('nobody consents to what has changed under their eyes', async () => {
    await it.page.clock.install();
    await it.enter('/approvals/a-41');
    await button('Approve with passkey').waitFor();
    const digest = 'd'.repeat(64);
    it.server.script.viewApproval = () => request({ digest, purpose: `approve:${digest}` });
    await it.page.clock.fastForward(AGAIN);
    await it.page.getByText('has changed since you opened it').waitFor();
    const approve = button('Approve with passkey');
    expect(await approve.getAttribute('aria-disabled')).toBe('true');
    await passkey();
    await button('I have read it as it is now').click();
    await approve.click();
    await expect.poll(() => it.server.acts.length).toBe(1);
    expect(it.server.acts[0]?.body).toMatchObject({ digest });
  });

  test('two touches in a row are one consent', async () => {
    await it.enter('/approvals/a-41');
    await button('Use a code instead').click();
    await it.page.getByLabel('Code of your authenticator').fill('123456');
    await button('Approve with code').dblclick();
    await expect.poll(() => it.server.acts.length).toBe(1);
    await it.page.waitForLoadState('networkidle');
    expect(it.server.acts.length).toBe(1);
  });

  test('a server that is away is told with the command that does the same, and nothing is lost', async () => {
    await it.enter('/approvals/a-41');
    await button('Use a code instead').click();
    await it.page.getByLabel('Code of your authenticator').fill('123456');
    await it.server.die();
    await button('Approve with code').click();
    await it.page.getByText('From a terminal: tuesday approval approve a-41').waitFor();
    expect(await it.page.getByLabel('Code of your authenticator').inputValue()).toBe('123456');
    await it.server.start();
    await button('Approve with code').click();
    await expect.poll(() => it.server.acts.length).toBe(1);
  });

  test('one’s own request says why there is nothing to press, and can be withdrawn', async () => {
    await it.enter('/approvals/a-42');
    const approve = button(/^Approve/).first();
    expect(await approve.getAttribute('aria-disabled')).toBe('true');
    expect(await it.page.getByText('nobody consents to what they asked for').count()).toBeGreaterThan(0);
    await approve.click({ force: true });
    await button('Withdraw the request').click();
    await it.page.getByRole('textbox', { name: 'Because' }).fill('Not needed after all.');
    await button('Withdraw').last().click();
    await expect
      .poll(() => it.server.acts)
      .toEqual([{ path: '/v1/approvals/a-42/withdraw', body: { because: 'Not needed after all.' } }]);
  });

  test('the badge counts what waits for this person, and loses it once it is done', async () => {
    await it.enter('/');
    const link = it.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: /Approvals/ });
    await expect.poll(() => link.textContent()).toContain('1 waiting for you');
    await passkey();
    await it.enter('/approvals/a-41');
    it.server.script.listApprovals = () => ({
      approvals: REQUESTS.filter(({ approval }) => approval !== 'a-41'),
    });
    await button('Approve with passkey').click();
    await expect.poll(() => link.textContent()).toBe('Approvals');
  });

  test('an approver who is away lets somebody consent for a time', async () => {
    await it.enter('/approvals');
    await button('Let somebody consent for me').click();
    await button('Delegate').click();
    await it.page.getByText('Name the person first.').waitFor();
    await it.page.getByLabel('Who', { exact: true }).fill('carol');
    await button('Delegate').click();
    await expect.poll(() => it.server.acts.length).toBe(1);
    const { from, until, to } = (it.server.acts[0]?.body ?? {}) as Partial<
      Record<'from' | 'until', number>
    > & { to?: string };
    expect([to, Number(until) - Number(from)]).toEqual(['carol', 3 * 86_400_000]);
  });
});

describe('a rollout with people', () => {
  test('a draft asks for consent, and does not start before it has it', async () => {
    it.server.view = { ...soaking(), phase: 'draft', stage: null, events: [] };
    await it.enter(`/rollouts/${ROLLOUT}`);
    await button('Ask for consent').click();
    await it.page.getByRole('textbox', { name: /^Because/ }).fill('QA is done.');
    await button('Ask').last().click();
    await expect
      .poll(() => it.server.acts)
      .toEqual([{ path: `/v1/rollouts/${ROLLOUT}/approval`, body: { because: 'QA is done.' } }]);
    const approval = { approval: 'a-41', state: 'open' as const, have: 1, needed: 2, because: 'One more.' };
    it.server.show({ ...it.server.view, approval });
    await it.page.getByText('One more person must consent first.').waitFor();
    expect(await button('Start').getAttribute('aria-disabled')).toBe('true');
    it.server.show({ ...it.server.view, approval: { ...approval, state: 'approved', have: 2 } });
    await it.page.getByText('One more person must consent first.').waitFor({ state: 'detached' });
    await button('Start').click();
    await button('Start').last().click();
    await expect
      .poll(() => it.server.acts.at(-1))
      .toEqual({ path: `/v1/rollouts/${ROLLOUT}/start`, body: {} });
  });

  test('a start outside the window is refused word for word, and can wait for the window instead', async () => {
    it.server.view = { ...soaking(), phase: 'draft', stage: null, events: [] };
    await it.enter(`/rollouts/${ROLLOUT}`);
    it.server.refuseNext = {
      code: 'outside-window',
      because: 'It is Friday 17:30; the next change window opens Tue 24 Nov 09:00.',
      try: 'wait for the opening that is named',
    };
    await button('Start').click();
    await button('Start').last().click();
    await it.page.getByText('the next change window opens Tue 24 Nov 09:00').waitFor();
    await button('Start it, and let it wait for the window').click();
    await expect
      .poll(() => it.server.acts)
      .toEqual([{ path: `/v1/rollouts/${ROLLOUT}/start`, body: { schedule: true } }]);
  });

  test('the calendar shows the days that are passed over, each with its reason', async () => {
    await it.enter(`/rollouts/${ROLLOUT}`);
    await it.page.getByText('Tue 1 Dec 09:00').first().waitFor();
    await it.page.getByText('Fri 27 Nov: Friday is outside the window').waitFor();
    await it.page.getByText('Sat 28 Nov to Mon 30 Nov: there is no change window on this day').waitFor();
  });

  test('whoever watches says so', async () => {
    await it.enter(`/rollouts/${ROLLOUT}`);
    await it.page.getByText('Nobody is on watch').waitFor();
    await button('I am watching it').click();
    await expect
      .poll(() => it.server.acts)
      .toEqual([{ path: `/v1/rollouts/${ROLLOUT}/watch`, body: { takeOver: false } }]);
  });

  test('a halt is acknowledged once, and then says by whom', async () => {
    it.server.view = halted('judge', JUDGED);
    await it.enter(`/rollouts/${ROLLOUT}`);
    await button('I have seen it').click();
    await expect
      .poll(() => it.server.acts)
      .toEqual([{ path: `/v1/rollouts/${ROLLOUT}/acknowledge`, body: {} }]);
    it.server.show({ ...it.server.view, acknowledged: { by: 'bob', at: it.server.view.now } });
    await it.page.getByText('bob has seen it and is at it').waitFor();
  });

  test('a halt that the database has not heard of yet says exactly that', async () => {
    it.server.script.haltRollout = () => ({
      rollout: ROLLOUT,
      halted: true,
      durable: false,
      because: 'Halted by bob; the database has not answered for 800 ms.',
    });
    await it.enter(`/rollouts/${ROLLOUT}`);
    await it.page.getByRole('region', { name: 'Acts' }).getByRole('button').first().click();
    await it.page.getByRole('textbox', { name: 'Because' }).fill('0x45');
    await it.page.getByRole('dialog').getByRole('button', { name: 'Halt' }).click();
    await it.page.getByText('Halted, and not written down yet').waitFor();
    await it.page.getByText('the database has not answered for 800 ms').waitFor();
    await button('Understood').click();
    await it.page.getByText('Halted, and not written down yet').waitFor({ state: 'detached' });
  });
});

describe('breaking the glass', () => {
  test.each(SIZES)(
    'on a %s it wants what, why and a second factor, and says what follows',
    async (_, size) => {
      await it.visit(size, 'dark');
      await passkey();
      await it.enter('/break-glass');
      await it.page.getByLabel('Which rollout').selectOption(ROLLOUT);
      expect(await button('Break the glass with passkey').getAttribute('aria-disabled')).toBe('true');
      await it.page.getByText('Say why first: one sentence is enough.').first().waitFor();
      await it.page.getByLabel('Why').fill('340 tickets of 0x45; the second approver is on a plane.');
      await it.page.getByText('Everybody is told at once').waitFor();
      await button('Break the glass with passkey').click();
      await it.page.getByRole('heading', { name: 'The glass is broken' }).waitFor();
      expect(it.server.acts).toMatchObject([
        {
          path: '/v1/break-glass',
          body: {
            act: 'recall',
            object: ROLLOUT,
            because: '340 tickets of 0x45; the second approver is on a plane.',
          },
        },
      ]);
    },
  );

  test('the whole console is red until another person has closed the review', async () => {
    it.server.script.listGlasses = () => ({ glasses: [glass()] });
    await it.enter('/audit');
    const banner = it.page.getByRole('region', { name: 'Broken glass' });
    await banner.getByText('alice broke the glass to recall').waitFor();
    await banner.getByRole('link').click();
    const close = button('Close the review');
    expect(await close.getAttribute('aria-disabled')).toBe('true');
    await it.page.getByLabel('What was found').fill('Right to act alone.');
    it.server.script.listGlasses = () => ({ glasses: [] });
    await close.click();
    await banner.waitFor({ state: 'detached' });
    expect(it.server.acts).toEqual([
      { path: '/v1/break-glass/g-7/review', body: { finding: 'Right to act alone.' } },
    ]);
  });

  test('nobody closes the review of their own emergency', async () => {
    it.server.script.listGlasses = () => ({ glasses: [glass({ by: 'bob' })] });
    await it.enter('/break-glass');
    await it.page.getByText('Nobody reviews their own emergency.').waitFor();
    expect(await it.page.getByLabel('What was found').count()).toBe(0);
  });
});

describe('looking after people and places', () => {
  test('an invitation wants roles, and its link is shown once', async () => {
    await passkey();
    await it.enter('/settings/people');
    await button('Invite somebody').click();
    await it.page.getByLabel('Name to sign in with').fill('Dan');
    await it.page.getByText('Use lower-case letters').first().waitFor();
    await it.page.getByLabel('Name to sign in with').fill('dan');
    await it.page.getByLabel('Called').fill('Dan Kim');
    await it.page.getByRole('checkbox', { name: /support/ }).check();
    await button('Invite with passkey').click();
    await it.page.getByText(`${it.server.url}/join#invitation=${'i'.repeat(43)}`).waitFor();
    expect(it.server.acts).toMatchObject([
      { path: '/v1/people', body: { name: 'dan', display: 'Dan Kim', roles: { thermostats: ['support'] } } },
    ]);
  });

  test('a name that is taken is told beside the name', async () => {
    await passkey();
    await it.enter('/settings/people');
    await button('Invite somebody').click();
    await it.page.getByLabel('Name to sign in with').fill('alice');
    await it.page.getByLabel('Called').fill('Another Alice');
    await it.page.getByRole('checkbox', { name: /viewer/ }).check();
    it.server.refuseNext = { code: 'name-taken', because: 'alice is in use.', try: 'choose another name' };
    await button('Invite with passkey').click();
    await it.page.getByText('Refused: alice is in use. Try: choose another name.').first().waitFor();
    expect(await it.page.getByLabel('Name to sign in with').getAttribute('aria-invalid')).toBe('true');
  });

  test('a test of a channel says how it went', async () => {
    await it.enter('/settings/notifications');
    await button('Test on-call').click();
    await it.page.getByText('The test arrived: on-call@example.com took it after 0.2 s.').waitFor();
    it.server.script.testChannel = () => ({ delivered: false, because: 'pager.example.com answered 503.' });
    await button('Test pager').click();
    await it.page.getByText('The test did not arrive: pager.example.com answered 503.').waitFor();
  });

  test('a new channel names what is wrong beside each field, then shows its secret once', async () => {
    const [made] = CHANNELS;
    if (!made) throw new Error('the story has no channel');
    it.server.script.addChannel = () => ({ channel: made, secret: `whsec_${'x'.repeat(32)}` });
    await it.enter('/settings/notifications');
    await button('Add a place').click();
    await it.page.getByLabel('By').selectOption('webhook');
    await it.page.getByLabel('Address').fill('pager');
    await button('Add it').click();
    await it.page.getByText('Give it a name.').waitFor();
    await it.page.getByText('An address that begins with https:// or http://.').waitFor();
    await it.page.getByLabel('Name').fill('pager');
    await it.page.getByLabel('Address').fill('https://pager.example.com/in');
    await button('Add it').click();
    await it.page.getByText(`whsec_${'x'.repeat(32)}`).waitFor();
    expect(it.server.acts).toEqual([
      {
        path: '/v1/notifications',
        body: { name: 'pager', kinds: [], to: { by: 'webhook', url: 'https://pager.example.com/in' } },
      },
    ]);
  });

  test('another session is ended, the own one is marked', async () => {
    await it.enter('/account');
    await it.page.getByText('this one').waitFor();
    await button('End the session of Chrome 155 on Windows').click();
    await expect.poll(() => it.server.acts).toEqual([{ path: '/v1/account/sessions/s-2', body: undefined }]);
  });

  test('a passkey is added after the account is proved', async () => {
    await passkey();
    await it.enter('/account');
    await button('Add a passkey').click();
    await button('Go on with passkey').click();
    await expect.poll(() => it.server.acts.length).toBe(1);
    expect(it.server.acts[0]?.body).toMatchObject({
      ceremony: 'ceremony-2',
      factor: { kind: 'passkey', ceremony: 'ceremony-1' },
    });
  });
});

describe('time', () => {
  test('the calendar is open in its windows, closed in freezes, and shows stages and who watches', async () => {
    await it.enter('/calendar');
    const day = (name: string) => it.page.getByRole('listitem').filter({ hasText: name });
    await day('Tue 24 Nov').getByText('stage 1').waitFor();
    expect(await day('Tue 24 Nov').textContent()).toContain('09:00–12:00');
    expect(await day('Thu 26 Nov').textContent()).toContain('Thanksgiving');
    expect(await day('Sat 28 Nov').textContent()).toContain('nobody on watch');
    expect(await it.page.getByRole('link', { name: 'calendar.ics' }).getAttribute('href')).toBe(
      '/v1/calendar.ics',
    );
  });

  test('a file of freezes wants a reason, and says what was left out', async () => {
    await it.enter('/calendar');
    await button('Import freezes from a file').click();
    await button('Import').last().click();
    await it.page.getByText('Choose a file that ends in .ics first.').waitFor();
    await it.page.getByLabel('File').setInputFiles({
      name: 'freezes.ics',
      mimeType: 'text/calendar',
      buffer: Buffer.from('BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n'),
    });
    await it.page.getByRole('textbox', { name: 'Because' }).fill('Christmas trade');
    await button('Import').last().click();
    await it.page.getByRole('dialog', { name: '3 events imported' }).waitFor();
    await it.page.getByText('“Team lunch” has no end.').waitFor();
  });
});

describe('the audit log', () => {
  test('is newest first, searchable by address, and shows before and after on demand', async () => {
    await it.enter('/audit');
    const entries = it.page.getByRole('region', { name: 'Entries' }).getByRole('listitem');
    await entries.first().getByText('rollout: stage opened').waitFor();
    expect(await entries.count()).toBe(5);
    expect(await entries.nth(1).textContent()).toContain('from 198.51.100.4, proved by passkey');
    await button('before and after of entry 4').click();
    await it.page.getByText('have', { exact: true }).waitFor();
    await it.page.getByLabel('Did what').fill('approval');
    await button('Search').click();
    await expect.poll(() => it.page.url()).toBe(`${it.server.url}/audit?verb=approval`);
    await expect.poll(() => entries.count()).toBe(2);
    await it.page.getByText('tuesday audit list --verb approval').waitFor();
    await it.page.goBack();
    await expect.poll(() => entries.count()).toBe(5);
  });
});

test('a deep link opens its screen after the token has left the address', async () => {
  await it.page.goto(`${it.server.url}/approvals/a-41#token=${TOKEN}`);
  await it.page.getByText('Release 3.2.5 goes to 240 thermostats').waitFor();
  expect(it.page.url()).toBe(`${it.server.url}/approvals/a-41`);
});

describe('one device', () => {
  test('is found by its id, and is let try again what it went back from, with a reason', async () => {
    const asked: unknown[] = [];
    it.server.script.retryDevice = ({ params, body }) => {
      asked.push([params['device'], body]);
      return DEVICE;
    };
    await it.enter('/');
    await it.page.getByLabel('Device', { exact: true }).fill('th-0042');
    await button('Show it').click();
    await it.page.getByRole('heading', { name: 'Went back from' }).waitFor();
    await button('Let it try again').click();
    await it.page.getByText('Say why first').waitFor();
    await it.page.getByLabel('Because').fill('its flash was replaced');
    await it.page.getByRole('button', { name: 'Let it try', exact: true }).click();
    await it.page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(asked).toEqual([['th-0042', { release: '3.2.5', because: 'its flash was replaced' }]]);
  });
});
