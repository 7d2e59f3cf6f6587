/** Templates of a fleet and texts of one incident, over HTTP: kept, counted, and never lost to somebody faster. */
import { type IncidentView, RefusedByServer } from '@tuesday/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addPerson } from '../testing/people.ts';
import { BadNight } from './testing/bad-night.ts';

let night: BadNight;
let incident: string;

beforeAll(async () => {
  night = await BadNight.begin();
  for (const device of night.broken.slice(0, 4)) await night.goesBack(device);
  const { rollout } = night;
  const body = { title: 'It is cold', rollout, because: 'the phones ring' };
  ({ incident } = await night.plane.client.call('openIncident', { body }));
}, 60_000);
afterAll(() => night[Symbol.asyncDispose]());

const client = () => night.plane.client;
const templates = async () => (await client().call('viewTemplates')).templates;
const versionOf = async (reader: string) => (await templates()).find((one) => one.reader === reader)?.version;
const set = (text: string | null, version: number, because = 'we write to them ourselves') =>
  client().call('setTemplate', { body: { reader: 'customers', text, version, because } });
const view = () => client().call('viewIncident', { params: { incident } });
const save = (text: string | null, version: number): Promise<IncidentView> =>
  client().call('saveIncidentText', { params: { incident, reader: 'customers' }, body: { text, version } });

async function refusalOf(call: Promise<unknown>) {
  const cause = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (cause instanceof RefusedByServer) return cause.refusal;
  throw cause ?? new Error('it was not refused');
}
const newest = async () =>
  (await client().call('listAudit', { query: { verb: 'template.set' } })).entries.at(-1);

describe('a template', () => {
  test('is the product’s own until somebody sets it, and everything that may stand in it is listed', async () => {
    const seen = await client().call('viewTemplates');
    expect(seen.templates.map(({ reader, version, setBy }) => [reader, version, setBy])).toEqual([
      ['customers', 0, null],
      ['support', 0, null],
      ['management', 0, null],
      ['status', 0, null],
    ]);
    expect(seen.placeholders.map(({ name }) => name)).toEqual(expect.arrayContaining(['harmed', 'since']));
  });

  test('is filled with the facts of every incident, and the log has both versions', async () => {
    await set('Dear all, {harmed} went wrong. {{sic}}', 0);
    expect((await view()).texts.customers).toBe('Dear all, 4 went wrong. {sic}');
    expect((await view()).texts.support).toContain('Tickets so far');
    const entry = await newest();
    expect(entry).toMatchObject({
      verb: 'template.set',
      object: 'template customers',
      because: 'we write to them ourselves',
      after: { text: 'Dear all, {harmed} went wrong. {{sic}}', version: 1 },
    });
    expect(entry?.before).toMatchObject({ text: expect.stringContaining('Hello,') });
  });

  test('with a placeholder that nobody knows is refused with field and place, and nothing changes', async () => {
    const refusal = await refusalOf(set('One\n{devices}', 1));
    expect(refusal).toMatchObject({ code: 'bad-request', field: 'text' });
    expect(refusal.because).toContain('line 2, column 1: there is no placeholder {devices}');
    expect(await versionOf('customers')).toBe(1);
  });

  test('of two editors the slower one hears of the other, and overwrites nothing', async () => {
    const answers = await Promise.allSettled([set('A', 1), set('B', 1), set('C', 1)]);
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const version of [0, 1, 7])
      expect(await refusalOf(set('late', version))).toMatchObject({ code: 'conflict', field: 'version' });
    expect(await versionOf('customers')).toBe(2);
    expect((await templates())[0]?.text).not.toBe('late');
  });

  test('of two who change the product’s own at once, one is told', async () => {
    const body = (text: string) => ({ reader: 'status' as const, text, version: 0, because: 'x' });
    const first = (text: string) => client().call('setTemplate', { body: body(text) });
    const answers = await Promise.allSettled([first('A'), first('B')]);
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await versionOf('status')).toBe(1);
  });

  test('can be the product’s own again', async () => {
    await set(null, 2);
    const [customers] = await templates();
    expect(customers?.text).toContain('Hello,');
    expect(customers).toMatchObject({ version: 3 });
  });

  test('is changed by nobody who only looks', async () => {
    const vera = await addPerson(night.plane, 'vera', ['viewer']);
    const body = { reader: 'customers' as const, text: 'x', version: 3, because: 'x' };
    const refusal = await refusalOf(vera.client.call('setTemplate', { body }));
    expect(refusal.code).toBe('forbidden');
  });
});

describe('a text that somebody wrote for one incident', () => {
  test('is kept with who and when, and with the facts as they were', async () => {
    const { savedTexts, now } = await save('We are on it.', 0);
    expect(savedTexts).toEqual([
      { reader: 'customers', text: 'We are on it.', version: 1, by: 'carol', at: now, changed: [] },
    ]);
    expect((await view()).timeline.at(-1)).toMatchObject({ what: 'A text was saved', kind: 'act' });
  });

  test('says which of its facts are older than what is known now', async () => {
    const { plane } = night;
    const { text, version } = (await templates())[0] ?? { text: '', version: 0 };
    await set(`${text}\n\n{harmed} devices.`, version);
    const [, , , , other = ''] = night.broken;
    await night.fails(other);
    plane.clock.time += 60_000;
    const changed = (await view()).savedTexts[0]?.changed;
    expect(changed?.map(({ name }) => name)).toEqual(['advice', 'harmed']);
    expect(changed?.[1]).toEqual({ name: 'harmed', before: '4', now: '5' });
    const again = await save('We are on it: 5.', 1);
    expect(again.savedTexts).toMatchObject([{ version: 2, changed: [] }]);
  });

  test('is not overwritten by somebody who did not see it', async () => {
    const answers = await Promise.allSettled([save('A', 2), save('B', 2)]);
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refusal = await refusalOf(save('late', 2));
    expect(refusal).toMatchObject({ code: 'conflict', field: 'version' });
    expect(refusal.because).toContain('at version 3');
  });

  test('can be thrown away, and the next one is not taken for it', async () => {
    expect((await save(null, 3)).savedTexts).toEqual([]);
    expect((await refusalOf(save('late', 3))).code).toBe('conflict');
    expect((await refusalOf(save('', 4))).field).toBe('text');
    expect((await save('Once more.', 4)).savedTexts).toMatchObject([{ text: 'Once more.', version: 5 }]);
  });

  test('belongs to an incident that there is', async () => {
    const params = { incident: 'i-none', reader: 'status' as const };
    const call = client().call('saveIncidentText', { params, body: { text: 'x', version: 0 } });
    expect((await refusalOf(call)).code).toBe('not-found');
  });
});
