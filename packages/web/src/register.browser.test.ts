/** Addresses for technicians: imported, read, deleted, and shown to nobody who did not ask. */
import { refuse } from '@tuesday/protocol';
import { expect, test } from 'vitest';
import { ConsoleBrowser, SIZES } from './testing/console-browser.ts';

const it = new ConsoleBrowser();
const press = (name: string) => it.page.getByRole('button', { name, exact: true }).click();
const file = (text: string) => ({ name: 'customers.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
const CSV = 'device,address\nth-0042,12 Mill Lane\n';

test('a file is dropped, what is wrong in it is said at the file, and then it is imported', async () => {
  await it.enter('/settings/addresses');
  await it.page.getByText('238 addresses').waitFor();
  await press('Import a file');
  const dialog = it.page.getByRole('dialog');
  await press('Import');
  await dialog.getByText('Choose a file first.').waitFor();
  await dialog.getByText('Say from where they are.').waitFor();
  expect(await it.violations()).toEqual([]);
  expect(it.server.acts).toEqual([]);
  await dialog.getByLabel('File of addresses').setInputFiles(file('device,address\nth-0042,\n'));
  await dialog.getByLabel('Because').fill('from the CRM');
  it.server.refuseNext = refuse('bad-request', 'line 2: column address: is empty');
  await press('Import');
  await dialog.getByText('line 2: column address: is empty').waitFor();
  await it.shoot('register-import', true);
  await dialog.getByLabel('File of addresses').setInputFiles(file(CSV));
  await press('Import');
  await it.page.getByText('2 lines imported').waitFor();
  const [sent] = it.server.acts;
  expect(sent?.path).toBe('/v1/register/import');
  expect(String(sent?.body)).toBe(CSV);
  await press('Understood');
});

test('addresses are shown when somebody asks, and one is deleted with a reason', async () => {
  await it.enter('/settings/addresses');
  await press('Show them');
  await it.page.getByText('12 Mill Lane, Leeds').waitFor();
  await press('Hide them');
  await it.page.getByText('12 Mill Lane, Leeds').waitFor({ state: 'detached' });
  await press('Delete …');
  await press('Delete it');
  await it.page.getByText('Say which device.').waitFor();
  await it.page.getByLabel('Device', { exact: true }).fill('th-0042');
  await it.page.getByLabel('Because').fill('the customer has asked for it');
  expect(await it.violations()).toEqual([]);
  await press('Delete it');
  await it.page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(it.server.acts).toEqual([
    {
      path: '/v1/register/delete',
      body: { devices: ['th-0042'], because: 'the customer has asked for it' },
    },
  ]);
});

test('an empty register teaches what a file brings', async () => {
  it.server.script.viewRegister = () => ({ entries: 0, unknown: 0, importedAt: null });
  await it.enter('/settings/addresses');
  await it.page.getByText('says where to drive and whom to call').waitFor();
  expect(await it.violations()).toEqual([]);
});

test.each(SIZES)('and axe finds nothing, in either theme: %s', async (name, size) => {
  await it.visit(size, 'light');
  await it.enter('/settings/addresses');
  await press('Show them');
  await it.page.getByText('12 Mill Lane, Leeds').waitFor();
  await it.inEachTheme(async (theme) => {
    await it.shoot(`addresses-${name}-${theme}`);
    expect(await it.violations(theme), theme).toEqual([]);
    expect(await it.overflow(), theme).toBeLessThanOrEqual(0);
  });
});
