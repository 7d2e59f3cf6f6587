import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EXIT } from '../index.ts';
import { scriptedServer } from '../testing/scripted-server.ts';
import { workplace } from '../testing/run-tuesday.ts';

const example = (name: string) =>
  new URL(`../../../../examples/thermostat/${name}`, import.meta.url).pathname;

test('a good file is said to be good, and a bad one ends the command with its lines', async () => {
  using place = workplace();
  const good = await place.tuesday(['codes', 'check', example('codes.yaml')]);
  expect([good.code, good.stdout]).toEqual([EXIT.ok, `${example('codes.yaml')}: 4 codes, all documented\n`]);
  writeFileSync(
    join(place.folder, 'bad.yaml'),
    "- code: '0x45'\n  title: T\n  meaning: M\n  customer: C\n  severity: info\n",
  );
  const bad = await place.tuesday(['codes', 'check', 'bad.yaml']);
  expect([bad.code, bad.stdout]).toEqual([
    EXIT.usage,
    'bad.yaml:1: 0.failsHealth: is missing; expected true or false: is a device that raises it unhealthy?\n',
  ]);
  const json = await place.tuesday(['codes', 'check', 'bad.yaml', '--json']);
  expect(JSON.parse(json.stdout)).toMatchObject({ file: 'bad.yaml', codes: 1, problems: [{ line: 1 }] });
});

test('what is extracted is written to a file that is not there yet', async () => {
  using place = workplace();
  const args = ['codes', 'extract', example('firmware/errors.h'), '--prefix', 'ERR_', '--out', 'new.yaml'];
  expect((await place.tuesday(args)).code).toBe(EXIT.ok);
  expect(readFileSync(join(place.folder, 'new.yaml'), 'utf8')).toContain("- code: '0x45'");
  expect((await place.tuesday(args)).code).toBe(EXIT.error);
});

test('a release says what its firmware can raise, out of the header', async () => {
  await using server = await scriptedServer({
    createRelease: { refused: { code: 'codes-undocumented', because: 'x', try: 'y' } },
  });
  using place = workplace(server);
  writeFileSync(join(place.folder, 'fw'), 'x');
  const ran = await place.tuesday([
    'release',
    'create',
    '--version',
    '1.0.0',
    '--artifact',
    'th-2=fw',
    '--codes',
    example('codes.yaml'),
    '--raises',
    example('firmware/errors.h'),
    '--prefix',
    'ERR_',
  ]);
  expect(ran.code).toBe(EXIT.refused);
  expect(JSON.parse(String(server.asked[0]?.body))).toMatchObject({
    raises: ['0x11', '0x31', '0x45', '0x52'],
    errorCodes: [{}, {}, { severity: 'critical' }, {}],
  });
});
