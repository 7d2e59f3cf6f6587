/** Publishing a release by keyboard and by drop, following its signatures, and seeing where it was tested. */
import { createHash } from 'node:crypto';
import { type Refusal, releaseManifestSchema, type ReleaseView } from '@tuesday/protocol';
import { describe, expect, test } from 'vitest';
import { ConsoleBrowser, PHONE, SIZES } from './testing/console-browser.ts';
import { VERA } from './testing/people-story.ts';
import { CHECKED, COMPOSITION } from './testing/plan-story.ts';
import { LACKING, parityFor } from './testing/release-story.ts';

const it = new ConsoleBrowser();
const button = (name: string | RegExp) => it.page.getByRole('button', { name });
const field = (name: string) => it.page.getByLabel(name, { exact: true });
const text = (words: string) => it.page.getByText(words).first();

const BYTES = Buffer.from('the firmware of a thermostat');
const SHA256 = createHash('sha256').update(BYTES).digest('hex');
const firmware = (name: string, buffer = BYTES) => ({ name, mimeType: 'application/octet-stream', buffer });
const CODES = `- code: '0x45'
  title: Network stack crashed
  meaning: Not reachable from the app.
  failsHealth: true
`;

/** What is there when a page is ready, by address. */
const PAGES: ReadonlyArray<readonly [name: string, path: string, ready: string]> = [
  ['releases', '/releases', 'gap in tests'],
  ['release-half', '/releases/3.2.6', 'What is signed'],
  ['release-published', '/releases/3.2.5', 'The cell that failed'],
];

const look = (name: string) =>
  it.inEachTheme(async (theme) => {
    await it.shoot(`${name}-${theme}`);
    expect(await it.violations(theme), `${name}, ${theme}`).toEqual([]);
    expect(await it.overflow(), name).toBeLessThanOrEqual(0);
  });

/** The server remembers what is declared and what comes. */
function remember() {
  const sent = new Map<string, string>();
  let view: ReleaseView = LACKING;
  it.server.script.createRelease = ({ body }) => {
    const manifest = releaseManifestSchema.parse(body);
    const missingArtifacts = manifest.artifacts.map(({ hardware }) => hardware);
    view = { ...LACKING, version: manifest.version, manifest, missingArtifacts };
    return view;
  };
  it.server.script.viewRelease = () => view;
  it.server.script.uploadArtifact = ({ params, body }) => {
    const hardware = params['hardware'] ?? '';
    sent.set(hardware, String(body));
    view = { ...view, missingArtifacts: view.missingArtifacts.filter((one) => one !== hardware) };
    return view;
  };
  return { sent, declared: () => view.manifest };
}

/** Like a hand that lets files go over the area. */
async function drop(label: string, files: ReadonlyArray<{ name: string; text: string }>) {
  const made = `(() => {
    const dropped = new DataTransfer();
    for (const { name, text } of ${JSON.stringify(files)}) dropped.items.add(new File([text], name));
    return dropped;
  })()`;
  const dataTransfer = await it.page.evaluateHandle(made);
  await field(label).dispatchEvent('dragover', { dataTransfer });
  await field(label).dispatchEvent('drop', { dataTransfer });
}

async function saysAt(label: string): Promise<string> {
  const input = field(label).first();
  expect(await input.getAttribute('aria-invalid'), label).toBe('true');
  const ids = (await input.getAttribute('aria-describedby'))?.split(' ') ?? [];
  const said = await Promise.all(ids.map((id) => it.page.locator(`[id="${id}"]`).textContent()));
  return said.join(' ');
}

describe('everybody can use the pages', () => {
  test.each(SIZES)(
    'axe finds nothing, and nothing scrolls sideways: %s',
    async (name, size) => {
      await it.visit(size, 'light');
      for (const [page, path, ready] of PAGES) {
        await it.enter(path);
        await text(ready).waitFor();
        await text('Asking for').waitFor({ state: 'detached' });
        expect(await it.page.title(), page).toMatch(/^.+ · Tuesday$/);
        await look(`${page}-${name}`);
      }
      await it.enter('/releases/new');
      await drop('Artifacts', [
        { name: 'fw-thermostat-2.bundle', text: 'a' },
        { name: 'x.bin', text: 'b' },
      ]);
      await drop('Error codes (YAML)', [{ name: 'codes.yaml', text: '- code: 0x45\n  titel: x\n' }]);
      await text('line 2: 0.titel').waitFor();
      await button('Declare it and upload').click();
      await text('Give it a version').waitFor();
      await look(`publish-problems-${name}`);
    },
    120_000,
  );
});

describe('publishing', () => {
  test('by keyboard alone: choose, say the version, send; digest and bytes arrive', async () => {
    const { sent, declared } = remember();
    it.page.on('filechooser', (chooser) => void chooser.setFiles(firmware('fw-thermostat-2.bundle')));
    await it.enter('/releases');
    await button('Publish a release').focus();
    await it.page.keyboard.press('Enter');
    await it.page.getByRole('heading', { name: 'Publish a release' }).waitFor();
    await field('Artifacts').focus();
    await it.page.keyboard.press('Enter');
    await text(SHA256).waitFor();
    expect(await field('Hardware').inputValue()).toBe('thermostat-2');
    for (let step = 0; step < 3; step++) await it.page.keyboard.press('Tab');
    await it.page.keyboard.type('3.3.0');
    expect(await field('Way back').inputValue()).toBe('3.2.5');
    expect(await field('Security version').inputValue()).toBe('3');
    const line = 'tuesday release create --version 3.3.0 --artifact thermostat-2=fw-thermostat-2.bundle';
    await text(`${line} --way-back 3.2.5 --security-version 3`).waitFor();
    await it.page.keyboard.press('Enter');
    await it.page.getByRole('heading', { name: 'Release 3.3.0' }).waitFor();
    await text('3.3.0 waits for two signatures').waitFor();
    expect(declared()).toMatchObject({
      wayBack: '3.2.5',
      securityVersion: 3,
      artifacts: [{ hardware: 'thermostat-2', size: BYTES.length, sha256: SHA256 }],
    });
    expect([...sent]).toEqual([['thermostat-2', BYTES.toString()]]);
  });

  test('by drop; each field says what is wrong, and so does a file, with its line', async () => {
    const { declared } = remember();
    await it.enter('/releases/new');
    await button('Declare it and upload').click();
    expect(await saysAt('Artifacts')).toContain('Add at least one file');
    expect(await saysAt('Version')).toContain('Give it a version');
    await drop('Artifacts', [
      { name: 'a-thermostat-2.bin', text: 'one' },
      { name: 'b-thermostat-2.bin', text: 'two' },
    ]);
    await text('A second artifact for thermostat-2').waitFor();
    await field('Hardware').nth(1).fill('thermostat-3');
    await field('Version').fill('3.2.5');
    expect(await saysAt('Version')).toContain('3.2.5 exists already');
    await field('Version').fill('3.2.8');
    await field('Security version').fill('4');
    expect(await saysAt('Security version')).toContain('Devices would refuse to go back');
    await field('Security version').fill('3');
    await drop('Error codes (YAML)', [{ name: 'codes.yaml', text: CODES.replace('failsHealth', 'fails') }]);
    await text('line 4: 0.fails: is not a field here').waitFor();
    await drop('Error codes (YAML)', [{ name: 'codes.yaml', text: CODES }]);
    await text('documents 1 code: 0x45').waitFor();
    await drop('What the binary can raise (YAML)', [{ name: 'raises.yaml', text: "- '0x44-0x45'\n" }]);
    await text('Not documented: 0x44').waitFor();
    await button('Remove raises.yaml').click();
    await button('Declare it and upload').click();
    await it.page.getByRole('heading', { name: 'Release 3.2.8' }).waitFor();
    expect(declared()).toMatchObject({
      errorCodes: [{ code: '0x45', failsHealth: true }],
      artifacts: [{ hardware: 'thermostat-2' }, { hardware: 'thermostat-3' }],
    });
  });

  test('the server’s no goes to the field that it names, and an ended session keeps everything', async () => {
    remember();
    await it.enter('/releases/new');
    await field('Artifacts').setInputFiles(firmware('fw-thermostat-2.bundle'));
    await text(SHA256).waitFor();
    await field('Version').fill('3.2.9');
    const no = (named: string, because: string): Refusal => ({
      code: 'bad-request',
      because,
      try: 'mend it',
      field: named,
    });
    it.server.refusing.set('createRelease', no('wayBack', 'the way back was taken away'));
    await button('Declare it and upload').click();
    await text('the way back was taken away').waitFor();
    expect(await saysAt('Way back')).toContain('Refused: the way back was taken away. Try: mend it.');
    await field('Way back').selectOption('3.2.4');
    expect(await field('Way back').getAttribute('aria-invalid')).toBe('false');
    it.server.refusing.set('createRelease', no('artifacts.0.hardware', 'no such model'));
    await button('Declare it and upload').click();
    await text('no such model').waitFor();
    expect(await saysAt('Hardware')).toContain('no such model');
    it.server.refusing.clear();
    it.server.expired = true;
    await button('Declare it and upload').click();
    const again = it.page.getByRole('dialog', { name: 'Your session has ended' });
    await again.waitFor();
    await again.getByLabel('Password').fill('four words for a door');
    await again.getByRole('button', { name: 'Continue' }).click();
    await again.waitFor({ state: 'detached' });
    expect(await field('Version').inputValue()).toBe('3.2.9');
    await button('Declare it and upload').click();
    await it.page.getByRole('heading', { name: 'Release 3.2.9' }).waitFor();
  });

  test('an upload that breaks is sent again from the page of the release, and no other file passes', async () => {
    await it.visit(PHONE, 'dark');
    const { sent } = remember();
    await it.enter('/releases/new');
    await field('Artifacts').setInputFiles(firmware('fw-thermostat-2.bundle'));
    await text(SHA256).waitFor();
    await field('Version').fill('3.2.8');
    it.server.breaking.add('uploadArtifact');
    await button('Declare it and upload').click();
    await text('The upload broke: the server does not answer.').waitFor();
    await text('3.2.8 is a draft: the bytes for thermostat-2 are not uploaded yet').waitFor();
    await text('There is nothing to sign before all bytes are here').waitFor();
    await look('release-broken-phone');
    await field('File for thermostat-2').setInputFiles(
      firmware('y', Buffer.from('THE firmware of a thermostat')),
    );
    await text('y is another file').waitFor();
    expect(await saysAt('File for thermostat-2')).toContain('y is another file: its digest begins with');
    await field('File for thermostat-2').setInputFiles(firmware('z', Buffer.from('short')));
    await text(`z has 5 bytes, and ${BYTES.length} are declared`).waitFor();
    expect(sent.size).toBe(0);
    it.server.breaking.clear();
    it.server.expired = true;
    // A stream lasts a minute; then the session is looked at again.
    it.server.cutLines();
    const again = it.page.getByRole('dialog', { name: 'Your session has ended' });
    await again.waitFor();
    await again.getByLabel('Password').fill('four words for a door');
    await again.getByRole('button', { name: 'Continue' }).click();
    await again.waitFor({ state: 'detached' });
    await button('Upload again').click();
    await text('1 of 1 uploaded').waitFor();
    expect([...sent]).toEqual([['thermostat-2', BYTES.toString()]]);
  });
});

describe('a release', () => {
  test('that waits says for whom, shows what is signed and the next line, and cannot be rolled out', async () => {
    await it.enter('/releases/3.2.6');
    await text('3.2.6 waits for the second signature of two: alice signed').waitFor();
    await text('tuesday release sign 3.2.6 --key keys/offline/<name>.targets.json').waitFor();
    await text('3.2.6/thermostat-2.bundle').waitFor();
    const why = await button('Roll it out').getAttribute('aria-describedby');
    expect(await it.page.locator(`[id="${why}"]`).textContent()).toBe(
      'Only a published release can be rolled out; 3.2.6 lacks 1 of 2 signatures.',
    );
    await it.page.getByRole('link', { name: '0x45' }).click();
    await it.page.getByRole('heading', { name: '0x45' }).waitFor();
  });

  test('that is published leads to a plan, and its parity has an address with the table for everybody', async () => {
    await it.visit({ width: 390, height: 844 }, 'light');
    it.server.script.viewComposition = () => COMPOSITION;
    it.server.script.checkPlan = () => CHECKED;
    await it.enter('/releases/3.2.5/parity');
    const heading = it.page.getByRole('heading', { name: 'Parity: what was tested of 3.2.5' });
    await heading.waitFor();
    await text('30 % of 12').waitFor();
    await text('broker = mosquitto 2.0.18 and hardware = thermostat-2').waitFor();
    await it.page.getByRole('heading', { name: 'broker' }).waitFor();
    const row = it.page.getByRole('row', { name: 'broker = mosquitto 2.0.18' });
    expect(await row.getByRole('cell').allTextContents()).toEqual([
      'Uuntested',
      'Ppassed',
      'Ffailed',
      'Ppassed',
    ]);
    await it.page.waitForFunction(
      `Math.abs(document.querySelector('#parity').getBoundingClientRect().top) < 200`,
    );
    const first = row.getByRole('rowheader');
    const before = await first.boundingBox();
    const box = `document.querySelector('section[aria-label*="scrolls sideways"]')`;
    const moved = await it.page.evaluate(`${box}.scrollLeft = 80, ${box}.scrollLeft`);
    expect(Number(moved)).toBeGreaterThan(0);
    expect((await first.boundingBox())?.x).toBe(before?.x);
    await it.shoot('heat-scrolled-phone', true);
    await text('tuesday rollout create --plan plan.yaml').waitFor();
    await button('Roll it out').click();
    await it.page.getByRole('heading', { name: 'New rollout' }).waitFor();
    expect(it.page.url()).toContain('/rollouts/new?release=3.2.5');
  });

  test('nothing there teaches the line; who may nothing reads why; unasked parity says how to ask', async () => {
    it.server.script.viewAccount = () => VERA;
    it.server.script.viewParity = ({ params }) => ({
      ...parityFor(params['version']),
      verdict: 'unasked',
      values: [],
      failed: [],
      because: [],
    });
    await it.enter('/releases/3.2.4');
    await text('nobody asks where it was tested').waitFor();
    await text('tuesday policy set --file policy.yaml').waitFor();
    await text('there is nothing to set side by side').waitFor();
    await text('no plan may take it').waitFor();
    it.server.script.listReleases = () => ({ releases: [] });
    await it.page.getByRole('link', { name: 'All releases' }).click();
    await text('No release yet').waitFor();
    await text('tuesday release create --version 1.0.0').waitFor();
    const publish = button('Publish a release');
    expect(await publish.getAttribute('aria-disabled')).toBe('true');
    await look('empty-releases');
  });
});
