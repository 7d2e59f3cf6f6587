import { afterAll, beforeAll, expect, test } from 'vitest';
import { listAudit } from '../audit/list.ts';
import { type TestPlane, testPlane } from '../http/operator/testing/control-plane.ts';
import { enrolDevices, report } from '../testing/fleet.ts';

let plane: TestPlane;
beforeAll(async () => {
  plane = await testPlane();
  await enrolDevices(plane.database.pool, 3);
  await plane.database.pool.query(`UPDATE devices SET report = $1 WHERE device <> 'd2'`, [
    JSON.stringify(report({ environment: { broker: 'mosquitto "2"' } })),
  ]);
});
afterAll(() => plane[Symbol.asyncDispose]());

const save = (name: string, filter: string, replace = false) =>
  plane.client.call('saveFilter', { body: { name, filter, replace } });

test('a filter is kept under a name, by whom, and stands in the audit log', async () => {
  await save('ill', 'healthy==false');
  expect(await save('ill', 'healthy==false'), 'the same again changes nothing').toMatchObject({
    filters: [{ name: 'ill', filter: 'healthy==false', by: 'carol' }],
  });
  await expect(save('ill', 'held==true')).rejects.toMatchObject({
    refusal: { code: 'name-taken', because: expect.stringContaining('healthy==false') },
  });
  await save('ill', 'held==true', true);
  const { filters } = await plane.client.call('deleteFilter', { params: { name: 'ill' } });
  expect(filters).toEqual([]);
  await expect(plane.client.call('deleteFilter', { params: { name: 'ill' } })).rejects.toMatchObject({
    refusal: { code: 'not-found' },
  });
  const { entries } = await listAudit(
    plane.context,
    { roles: ['admin'] },
    { after: 0, limit: 100, verb: 'filter' },
  );
  expect(entries.map(({ verb, object, before, after }) => [verb, object, before, after])).toEqual([
    ['filter.save', 'filter ill', null, { filter: 'healthy==false' }],
    ['filter.save', 'filter ill', { filter: 'healthy==false' }, { filter: 'held==true' }],
    ['filter.delete', 'filter ill', { filter: 'held==true' }, null],
  ]);
});

test('what nobody could search by is not kept', async () => {
  await expect(save('bad', 'healthy==maybe')).rejects.toMatchObject({
    refusal: { code: 'filter-invalid', field: 'filter.10' },
  });
});

test('a search over HTTP finds, counts, and says what is wrong', async () => {
  const filter = 'environment.broker=="mosquitto \\"2\\""';
  const { devices } = await plane.client.call('listDevices', { query: { filter } });
  expect(devices.map(({ device }) => device)).toEqual(['d0', 'd1']);
  expect(await plane.client.call('countDevices', { query: { filter } })).toEqual({ devices: 2, more: false });
  expect(await plane.client.call('countDevices')).toEqual({ devices: 3, more: false });
  const wrong = await fetch(`${plane.url}/v1/devices?filter=${encodeURIComponent('colour==red')}`, {
    headers: { authorization: `Bearer ${plane.token}` },
  });
  expect([wrong.status, await wrong.json()]).toEqual([
    400,
    { refused: expect.objectContaining({ code: 'filter-invalid', field: 'filter.1' }) },
  ]);
});

test('more than 10,000 are not counted, and it says so', async () => {
  await plane.database.pool.query(
    `INSERT INTO devices (device, hardware, token_hash, enrolled_at)
     SELECT 'm' || n, 'th-9', '', 0 FROM generate_series(1, 10001) AS n`,
  );
  const count = (filter: string) => plane.client.call('countDevices', { query: { filter } });
  expect(await count('hardware==th-9')).toEqual({ devices: 10_000, more: true });
  expect(await count('hardware==th-9;id!=m1')).toEqual({ devices: 10_000, more: false });
});

test('the fields say what devices report, as it is written in a filter', async () => {
  const { fields } = await plane.client.call('viewFilterFields');
  expect(fields.find(({ field }) => field === 'environment.broker')).toMatchObject({
    kind: 'text',
    values: ['mosquitto "2"'],
    example: 'environment.broker=="mosquitto \\"2\\""',
  });
  expect(fields.find(({ field }) => field === 'state')?.values).toContain('rolled-back');
  for (const { example } of fields) await plane.client.call('countDevices', { query: { filter: example } });
});

test('a page is filled from far away, too, and goes on after its last device', async () => {
  await plane.database.pool.query(
    `UPDATE devices SET held = 'far' WHERE device IN ('m1000', 'm9998', 'm9999') OR device = 'd1'`,
  );
  const page = (after?: string) =>
    plane.client.call('listDevices', {
      query: { filter: 'held==true', limit: 2, ...(after ? { after } : {}) },
    });
  const first = await page();
  expect([first.devices.map(({ device }) => device), first.next]).toEqual([['d1', 'm1000'], 'm1000']);
  const second = await page('m1000');
  expect([second.devices.map(({ device }) => device), second.next]).toEqual([['m9998', 'm9999'], null]);
});
