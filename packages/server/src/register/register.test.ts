/** The address register over HTTP: whole or not at all, read by few, and nowhere else. */
import { type RegisterImportQuery, RefusedByServer } from '@tuesday/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestPlane, testPlane } from '../http/operator/testing/control-plane.ts';
import { enrolDevices } from '../testing/fleet.ts';
import { addPerson, type TestPerson } from '../testing/people.ts';

let plane: TestPlane;
let sam: TestPerson;
let vera: TestPerson;
beforeAll(async () => {
  plane = await testPlane();
  await enrolDevices(plane.database.pool, 3);
  sam = await addPerson(plane, 'sam', ['support']);
  vera = await addPerson(plane, 'vera', ['viewer']);
});
afterAll(() => plane[Symbol.asyncDispose]());
beforeEach(async () => {
  await plane.database.pool.query('TRUNCATE address_register');
});

const HEAD = 'Device,Customer,Address,Contact\r\n';
const TWO = `${HEAD}d0,Ada Byrne,"12 Mill Lane, Leeds",+44 1\r\nd1,,Main Street 3,\r\n`;
const because = 'from the CRM';
const bring = (text: string, query: Partial<RegisterImportQuery> = {}) =>
  plane.client.call('importRegister', { query: { because, ...query }, body: Buffer.from(text) });
const entries = async () => (await plane.client.call('listRegister', { query: {} })).entries;
const logged = async (verb: string) => (await plane.client.call('listAudit', { query: { verb } })).entries;

async function refusalOf(call: Promise<unknown>) {
  const refused: unknown = await call.catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(RefusedByServer);
  return (refused as RefusedByServer).refusal;
}

describe('a file of addresses', () => {
  test('is taken whole; again it changes nothing, and what differs is changed', async () => {
    expect(await bring(TWO)).toMatchObject({ lines: 2, added: 2, changed: 0, deleted: 0 });
    expect(await entries()).toEqual([
      { device: 'd0', customer: 'Ada Byrne', address: '12 Mill Lane, Leeds', contact: '+44 1' },
      { device: 'd1', customer: null, address: 'Main Street 3', contact: null },
    ]);
    expect(await bring(TWO)).toMatchObject({ added: 0, changed: 0 });
    const moved = `${HEAD}d1,,Main Street 4,\r\nnew-1,,Hill Road 9,\r\n`;
    expect(await bring(moved)).toMatchObject({ added: 1, changed: 1, register: { entries: 3, unknown: 1 } });
    expect(await bring(moved, { mode: 'replace' })).toMatchObject({ deleted: 1, register: { entries: 2 } });
    const log = JSON.stringify(await logged('register.import'));
    expect(log).toContain(because);
    for (const word of ['Mill Lane', 'Ada', 'Main Street']) expect(log).not.toContain(word);
  });

  test.each([
    ['no address', `${HEAD}d0,,,\r\n`, 'line 2: column address: is empty'],
    ['no device', `${HEAD}d0,,x,\r\n"d 1",,x,\r\n`, 'line 3: column device: "d 1" is no device'],
    ['a device twice', `${HEAD}d0,,x,\r\nd0,,y,\r\n`, 'line 3: column device: d0 stands in line 2 already'],
    [
      'too long an address',
      `${HEAD}d0,,${'x'.repeat(501)},\r\n`,
      'line 2: column address: is longer than 500',
    ],
    ['a column too few in the header', 'device,contact\r\nd0,x\r\n', 'line 1: no column holds the address'],
    ['a column too many in a line', `${HEAD}d0,,x,y,z\r\n`, 'line 2'],
    ['nothing', '', 'line 1: the file is empty'],
    ['half a quote', `${HEAD}d0,,"x,\r\n`, 'Quote'],
    ['a character that cannot be kept', `${HEAD}d0,,x\u0000,\r\n`, 'line 2: holds a character'],
  ])('with %s is refused by line and column, and nothing of it is taken', async (_, text, words) => {
    await bring(TWO);
    const refusal = await refusalOf(bring(text, { mode: 'replace' }));
    expect(refusal.because).toContain(words);
    expect(await entries()).toHaveLength(2);
  });

  test('of 100,000 lines is taken while the server answers others', async () => {
    const lines = Array.from(
      { length: 100_000 },
      (_, n) => `th-${n},Customer ${n},"${n} Mill Lane",+44 ${n}`,
    );
    let answered = 0;
    const importing = { busy: true };
    const others = (async () => {
      for (; importing.busy; answered++) await plane.client.call('status');
    })();
    const view = await bring(`${HEAD}${lines.join('\r\n')}\r\n`);
    importing.busy = false;
    await others;
    expect(view).toMatchObject({ lines: 100_000, added: 100_000 });
    expect(answered).toBeGreaterThan(20);
    const one = await refusalOf(bring(`${HEAD}${lines.join('\r\n')}\r\nth-x,,y,\r\n`));
    expect(one.code).toBe('too-large');
  }, 60_000);

  test('of two at once each is whole, and one of them is what holds', async () => {
    const of = (street: string) => `${HEAD}d0,,${street} 1,\r\nd1,,${street} 2,\r\n`;
    await Promise.all(['North', 'South'].map((street) => bring(of(street), { mode: 'replace' })));
    const streets = (await entries()).map(({ address }) => address.split(' ')[0]);
    expect(new Set(streets).size).toBe(1);
  });
});

describe('who may', () => {
  test('read it is support and up, and each reading is in the log without an address', async () => {
    await bring(TWO);
    const before = (await logged('register.read')).length;
    expect((await sam.client.call('listRegister', { query: { limit: 1 } })).next).toBe('d0');
    expect((await refusalOf(vera.client.call('listRegister', { query: {} }))).code).toBe('forbidden');
    expect(await vera.client.call('viewRegister')).toMatchObject({ entries: 2 });
    const log = await logged('register.read');
    expect(log.slice(before)).toMatchObject([{ because: 'read with the register', after: { addresses: 1 } }]);
    expect(JSON.stringify(log)).not.toContain('Mill Lane');
  });

  test('change it are operators', async () => {
    const call = { query: { because }, body: Buffer.from(TWO) };
    expect((await refusalOf(sam.client.call('importRegister', call))).code).toBe('forbidden');
    const body = { devices: null, because };
    expect((await refusalOf(sam.client.call('deleteRegister', { body }))).code).toBe('forbidden');
  });
});

test('one person’s entry is deleted, then all; the log says how many and why', async () => {
  await bring(TWO);
  const some = await plane.client.call('deleteRegister', { body: { devices: ['d0', 'd9'], because } });
  expect(some).toMatchObject({ deleted: 1, register: { entries: 1 } });
  expect((await entries()).map(({ device }) => device)).toEqual(['d1']);
  await plane.client.call('deleteRegister', { body: { devices: null, because: 'the fleet is sold' } });
  expect(await entries()).toEqual([]);
  const last = (await logged('register.delete')).at(-1);
  expect(last).toMatchObject({ because: 'the fleet is sold', after: { deleted: 1, all: true } });
});

test('nothing of it is in environments, fields of filters, or what a rehearsal is given', async () => {
  await bring(TWO);
  const seen = await Promise.all([
    plane.client.call('viewComposition'),
    plane.client.call('viewFilterFields'),
    plane.client.call('viewInventory'),
    plane.client.call('viewDevice', { params: { device: 'd0' } }),
  ]);
  for (const word of ['Mill Lane', 'Ada Byrne', 'address_register'])
    expect(JSON.stringify(seen)).not.toContain(word);
});
