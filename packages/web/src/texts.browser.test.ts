/** Texts about an incident: kept with who and when, never lost to somebody faster, and filled from templates. */
import { refuse, type SavedText } from '@tuesday/protocol';
import { beforeEach, describe, expect, test } from 'vitest';
import { ConsoleBrowser, PHONE } from './testing/console-browser.ts';
import { INCIDENT } from './testing/incident-story.ts';

const it = new ConsoleBrowser();
const PATH = `/incidents/${INCIDENT.incident}`;
const SAVED: SavedText = {
  reader: 'customers',
  text: 'We are on it.',
  version: 1,
  by: 'sam',
  at: INCIDENT.now,
  changed: [],
};
const press = (name: string) => it.page.getByRole('button', { name, exact: true }).click();
const text = () => it.page.getByLabel('Text', { exact: true });
const keeps = (...savedTexts: SavedText[]) => {
  it.server.script.viewIncident = () => ({ ...INCIDENT, savedTexts });
};
const conflict = (because: string) => refuse('conflict', because, { field: 'version' });

beforeEach(async () => {
  await it.visit(PHONE, 'light');
  await it.enter(PATH);
  await it.page.getByText('Texts to send').waitFor();
});

describe('a text for one incident', () => {
  test('is kept with who and when', async () => {
    await text().fill('We are on it.');
    it.server.script.saveIncidentText = () => {
      keeps(SAVED);
      return INCIDENT;
    };
    await press('Keep it');
    await it.page.getByText('Kept by sam').waitFor();
    expect(it.server.acts).toEqual([
      { path: `/v1${PATH}/texts/customers`, body: { text: 'We are on it.', version: 0 } },
    ]);
    expect(await text().inputValue()).toBe('We are on it.');
    await press('Throw away what was kept');
    await expect.poll(() => it.server.acts.at(-1)?.body).toEqual({ text: null, version: 1 });
  });

  test('says which facts are older, in words that are read without colour', async () => {
    keeps({ ...SAVED, changed: [{ name: 'harmed', before: '11', now: '14' }] });
    await it.page.getByText('Since then these facts have changed:').waitFor();
    await it.page.getByText('harmed: 11 is now 14').waitFor();
    await it.inEachTheme(async (theme) => {
      await it.shoot(`texts-older-${theme}`);
      expect(await it.violations(theme), theme).toEqual([]);
      expect(await it.overflow(), theme).toBeLessThanOrEqual(0);
    });
  });

  test('of two people the slower one keeps what he typed, and sees what the other wrote', async () => {
    await text().fill('Mine.');
    keeps({ ...SAVED, text: 'Theirs.' });
    it.server.refuseNext = conflict('sam has saved a text for customers since you read it');
    await press('Keep it');
    await it.page.getByText('Somebody was faster.').waitFor();
    await it.page.getByText('It is not what you began with. Theirs:').waitFor();
    expect(await text().inputValue()).toBe('Mine.');
    expect(await it.violations()).toEqual([]);
    await press('Take theirs instead of mine');
    expect(await text().inputValue()).toBe('Theirs.');
  });
});

describe('a template', () => {
  const dialog = () => it.page.getByRole('dialog');
  const area = () => dialog().getByLabel('Text of the template');

  test('is checked while it is typed, and set with a reason', async () => {
    await press('Templates');
    await dialog().getByText('Version 2, set by sam.').waitFor();
    await area().fill('Hello\n{nane}');
    await dialog().getByText('Line 2, column 1: there is no placeholder {nane}.').waitFor();
    await dialog().getByText('What may stand in braces').click();
    await dialog().getByText('{codes-words}').waitFor();
    await it.shoot('templates');
    expect(await it.violations()).toEqual([]);
    await area().fill('Hello {title}');
    await dialog().getByRole('button', { name: 'Set the template' }).click();
    await dialog().getByText('Say why.').waitFor();
    await dialog().getByLabel('Because').fill('in our words');
    await dialog().getByRole('button', { name: 'Set the template' }).click();
    await dialog().waitFor({ state: 'detached' });
    expect(it.server.acts).toEqual([
      {
        path: '/v1/incident-templates',
        body: { reader: 'customers', text: 'Hello {title}', version: 2, because: 'in our words' },
      },
    ]);
  });

  test('of two editors the slower one keeps his text, reads the other, and says which goes over which', async () => {
    await press('Templates');
    await area().fill('Mine {title}');
    await dialog().getByLabel('Because').fill('in our words');
    const [customers, ...others] = it.server.script.viewTemplates?.({} as never).templates ?? [];
    const newer = {
      ...customers,
      reader: 'customers' as const,
      text: 'Theirs {title}',
      version: 3,
      setBy: 'dan',
      setAt: 0,
    };
    it.server.script.viewTemplates = () => ({
      templates: [newer, ...others],
      placeholders: [{ name: 'title', means: 'the title' }],
    });
    it.server.refuseNext = conflict('dan has changed it since you read it');
    await dialog().getByRole('button', { name: 'Set the template' }).click();
    await dialog().getByText('What dan wrote meanwhile:').waitFor();
    await dialog().getByText('Theirs {title}').waitFor();
    expect(await area().inputValue()).toBe('Mine {title}');
    await dialog().getByRole('button', { name: 'I have read it: mine goes over it' }).click();
    await dialog().getByRole('button', { name: 'Set the template' }).click();
    await dialog().waitFor({ state: 'detached' });
    expect(it.server.acts.at(-1)?.body).toMatchObject({ text: 'Mine {title}', version: 3 });
  });
});
