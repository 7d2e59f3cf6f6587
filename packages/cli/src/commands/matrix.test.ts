import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Attestation, type MatrixStatement, refuse, type Tester } from '@tuesday/protocol';
import { openAttestation } from '@tuesday/trust';
import { describe, expect, test } from 'vitest';
import { workplace } from '../testing/run-tuesday.ts';

const FIRMWARE = fileURLToPath(new URL('../../../../examples/thermostat/firmware/', import.meta.url));
const BIN = fileURLToPath(new URL('../../bin/tuesday.mjs', import.meta.url));

const MATRIX = `name: test
dimensions:
  - name: broker
    values:
      - embedded: aedes
  - name: region
    values: [eu, us, nz]
device:
  command: cp "$ARTIFACT" firmware.mjs && exec node firmware.mjs
scenarios: [connect]
`;

function prepared(matrix = MATRIX) {
  const place = workplace();
  const path = `${dirname(process.execPath)}:${process.env['PATH']}`;
  writeFileSync(join(place.folder, 'matrix.yaml'), matrix);
  const bundle = ['session-3.2.4.mjs', 'thermostat.mjs'].map((name) =>
    readFileSync(join(FIRMWARE, name), 'utf8'),
  );
  writeFileSync(join(place.folder, 'fw.bundle'), bundle.join('\n'));
  const about = [
    '--file',
    'matrix.yaml',
    '--release',
    '3.2.4',
    '--hardware',
    'th-2',
    '--artifact',
    'fw.bundle',
  ];
  const env = { PATH: path, TUESDAY_PASSPHRASE: 'horse' };
  const read = (name: string) => readFileSync(join(place.folder, name), 'utf8');
  return {
    ...place,
    about,
    env,
    read,
    matrix: (...args: string[]) => place.tuesday(['matrix', ...args], env),
  };
}

describe('tuesday matrix', () => {
  test('runs the cells, signs what it saw, and writes it for CI', async () => {
    using place = prepared();
    const made = await place.matrix('key', '--name', 'lab-1', '--out', 'lab.json', '--json');
    expect(made).toMatchObject({ code: 0 });
    const tester = JSON.parse(made.stdout) as Tester;
    const out = ['--sign', 'lab.json', '--junit', 'm.xml', '--html', 'm.html', '--out', 'results.json'];
    const ran = await place.matrix('run', ...place.about, ...out);
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stdout).toContain('3 passed, 0 failed, 0 not run');
    const attestation = JSON.parse(place.read('attestation.json')) as Attestation;
    const opened = openAttestation(attestation, [tester]);
    expect(opened).toMatchObject({ tester: { name: 'lab-1' } });
    expect('statement' in opened && opened.statement).toEqual(JSON.parse(place.read('results.json')));
    expect(place.read('m.xml')).toContain('<testcase classname="broker aedes');
    expect(place.read('m.html')).toContain('<svg');

    const reported = await place.matrix('report', 'attestation.json', '--json');
    expect(reported).toMatchObject({ code: 0 });
    const { predicate } = JSON.parse(reported.stdout) as MatrixStatement;
    expect(predicate.cells.map(({ cell }) => cell['region'])).toEqual(['eu', 'us', 'nz']);
  });

  test('runs only what is named with --only', async () => {
    using place = prepared();
    const ran = await place.matrix('run', ...place.about, '--only', 'region=us', '--json');
    const { predicate } = JSON.parse(ran.stdout) as MatrixStatement;
    expect(predicate.cells.map(({ cell }) => cell['region'])).toEqual(['us']);
  });

  test('that is killed with SIGKILL leaves no process, and goes on with the cells that are not done', async () => {
    using place = prepared();
    const args = [BIN, 'matrix', 'run', ...place.about, '--parallel', '1'];
    const env = { ...place.env, HOME: place.folder, XDG_CONFIG_HOME: place.folder };
    const runner = spawn(process.execPath, args, {
      cwd: place.folder,
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    // The devices of the second cell run by the time that somebody has read its line.
    for await (const text of runner.stderr) if (String(text).includes('passed')) break;
    const marks = join(place.folder, '.tuesday-matrix/3.2.4-th-2/marks');
    const count = () => readFileSync(marks, 'utf8').split('\n').length - 1;
    while (count() < 4) await new Promise((done) => setTimeout(done, 5));
    const all = readFileSync(marks, 'utf8').split('\n').filter(Boolean);
    runner.kill('SIGKILL');
    while (all.some(lives)) await new Promise((done) => setTimeout(done, 20));

    const first = place.read('.tuesday-matrix/3.2.4-th-2/cells/0001.json');
    const resumed = await place.matrix('run', ...place.about, '--resume');
    expect(resumed).toMatchObject({ code: 0 });
    expect(resumed.stderr).toMatch(/3 cells, [12] of them done before/);
    expect(resumed.stdout).toContain('3 passed, 0 failed, 0 not run');
    expect(place.read('.tuesday-matrix/3.2.4-th-2/cells/0001.json')).toBe(first);
  });

  test('does not go on with a run of other bytes', async () => {
    using place = prepared();
    expect(await place.matrix('run', ...place.about, '--only', 'region=us')).toMatchObject({ code: 0 });
    writeFileSync(join(place.folder, 'fw.bundle'), '// another');
    const resumed = await place.matrix('run', ...place.about, '--only', 'region=us', '--resume');
    expect(resumed).toMatchObject({ code: 2 });
    expect(resumed.stderr).toContain('the artifact has other bytes now');
  });

  test('proposes cells of an inventory, and says what it leaves out', async () => {
    using place = prepared();
    const value = (value: string | null, devices: number) => ({
      value,
      devices,
      share: devices / 100,
      firstSeenAt: 0,
      spellings: [],
    });
    const dimensions = [
      {
        name: 'region',
        declared: true,
        more: 0,
        values: [value('eu', 70), value('us', 20), value('sa', 10)],
      },
      { name: 'broker', declared: true, more: 0, values: [value('mosquitto 2.0.18', 100)] },
    ];
    writeFileSync(join(place.folder, 'inventory.json'), JSON.stringify({ at: 0, devices: 100, dimensions }));
    const planned = await place.matrix('plan', '--file', 'matrix.yaml', '--inventory', 'inventory.json');
    expect(planned).toMatchObject({ code: 0 });
    expect(planned.stdout).toContain('broker mosquitto 2.0.18: 100 devices (100.00 %) have it');
    expect(planned.stdout).toMatch(/region +sa +10 +10\.00 % +cannot be brought up/);
    expect(planned.stdout).toContain('2 cells');
  });

  const broken: Array<[string, (text: string) => string, string]> = [
    [
      'a misspelt field',
      (text) => text.replace('scenarios:', 'scenario:'),
      'matrix.yaml:10: scenario: is not a field here; expected name,',
    ],
    ['an unknown scenario', (text) => text.replace('[connect]', '[conect]'), 'matrix.yaml:10: scenarios.0: '],
    [
      'two ways for one value',
      (text) => text.replace('- embedded: aedes', '- { embedded: aedes, address: { host: h, port: 1 } }'),
      'matrix.yaml:5: dimensions.0.values.0.embedded: address already says how it is brought up',
    ],
    [
      'no broker',
      (text) => text.replace('- embedded: aedes', '- mosquitto'),
      'matrix.yaml:2: dimensions: exactly one dimension says how its values are brought up (it is the broker); here: none',
    ],
    [
      'a port out of range',
      (text) => text.replace('- embedded: aedes', '- { value: x, address: { host: h, port: 70000 } }'),
      'matrix.yaml:5: dimensions.0.values.0.address.port: ',
    ],
    ['no YAML', (text) => `${text}  ]: [`, 'matrix.yaml:11: '],
  ];
  test.each(broken)('names file, line and what was expected: %s', async (_, change, expected) => {
    using place = prepared(change(MATRIX));
    const ran = await place.matrix('run', ...place.about);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain(expected);
    expect(existsSync(join(place.folder, '.tuesday-matrix'))).toBe(false);
  });

  test('does not sign with a key that is for something else', async () => {
    using place = prepared();
    await place.tuesday(['keys', 'init', '--dir', 'keys'], place.env);
    const ran = await place.matrix('run', ...place.about, '--sign', 'keys/offline/alice.targets.json');
    expect(ran).toMatchObject({ code: 3 });
    expect(ran.stderr).toContain(refuse('unknown-key', '').code);
  });
});

function lives(mark: string): boolean {
  return readdirSync('/proc').some((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/environ`, 'utf8').includes(mark);
    } catch {
      // It ended meanwhile.
      return false;
    }
  });
}
