import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { refuse, type RegisterView } from '@tuesday/protocol';
import { expect, test } from 'vitest';
import { EXIT } from '../index.ts';
import { workplace } from '../testing/run-tuesday.ts';
import { scriptedServer } from '../testing/scripted-server.ts';

const REGISTER: RegisterView = { entries: 3, unknown: 1, importedAt: 0 };
const ENTRY = { device: 'th-1', customer: 'Ada Byrne', address: '12 Mill Lane', contact: '+44 1' };

test('a file goes to the server as it is, with mode, delimiter and reason', async () => {
  await using server = await scriptedServer({
    importRegister: () => ({ lines: 3, added: 2, changed: 1, deleted: 4, register: REGISTER }),
  });
  using place = workplace(server);
  writeFileSync(join(place.folder, 'a.csv'), 'device;address\nth-1;12 Mill Lane\n');
  const args = ['register', 'import', 'a.csv', '--replace', '--delimiter', 'semicolon', '--because', 'CRM'];
  const { stdout, code } = await place.tuesday(args);
  expect([code, stdout]).toEqual([EXIT.ok, expect.stringContaining('2 new, 1 changed, 4 deleted')]);
  expect(stdout).toContain('3 addresses, 1 of them of devices that never enrolled here');
  expect(server.asked[0]?.query).toEqual({ because: 'CRM', delimiter: ';', mode: 'replace' });
  expect(server.asked[0]?.body.toString()).toContain('12 Mill Lane');
});

test('addresses are listed, counted and deleted', async () => {
  await using server = await scriptedServer({
    viewRegister: () => REGISTER,
    listRegister: () => ({ entries: [ENTRY], next: 'th-1' }),
    deleteRegister: () => ({ deleted: 2, register: REGISTER }),
  });
  using place = workplace(server);
  expect(JSON.parse((await place.tuesday(['register', 'view', '--json'])).stdout)).toEqual(REGISTER);
  const listed = await place.tuesday(['register', 'list', '--limit', '1']);
  expect(listed.stdout).toMatch(/th-1 +Ada Byrne +12 Mill Lane/);
  expect(listed.stdout).toContain('--after th-1');
  const some = ['register', 'delete', '--because', 'asked', '--device', 'th-1', '--device', 'th-2'];
  expect((await place.tuesday(some)).stdout).toContain('2 deleted');
  expect((await place.tuesday(['register', 'delete', '--because', 'sold', '--all'])).code).toBe(EXIT.ok);
  const sent = server.asked.filter(({ route }) => route === 'deleteRegister');
  expect(sent.map(({ body }) => JSON.parse(body.toString()) as unknown)).toEqual([
    { devices: ['th-1', 'th-2'], because: 'asked' },
    { devices: null, because: 'sold' },
  ]);
});

test('neither some nor all is deleted by accident, and what the server says of a line is shown', async () => {
  const because = 'line 7: column address: is empty';
  await using server = await scriptedServer({
    importRegister: { refused: refuse('bad-request', because), status: 400 },
  });
  using place = workplace(server);
  writeFileSync(join(place.folder, 'a.csv'), 'x');
  const neither = await place.tuesday(['register', 'delete', '--because', 'x']);
  expect([neither.code, neither.stderr]).toEqual([EXIT.usage, expect.stringContaining('--device and --all')]);
  const refused = await place.tuesday(['register', 'import', 'a.csv', '--because', 'x']);
  expect(refused.stderr).toContain(because);
  expect((await place.tuesday(['register', 'import', 'none.csv', '--because', 'x'])).stderr).toContain(
    'none.csv',
  );
});
