import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { matrixStatementSchema } from '@tuesday/protocol';
import { generateKey, openAttestation, signAttestation } from '@tuesday/trust';
import { describe, expect, test, vi } from 'vitest';
import { processesWith } from '../processes/left-over.ts';
import { statementOf } from '../report/statement.ts';
import { bench, DEVICE, fileOf } from '../testing/matrix.ts';

// The first run on a machine downloads brokers of other suites.
vi.setConfig({ testTimeout: 600_000 });

const mosquitto = (suite: string) => ({ debian: { suite, package: 'mosquitto' } });
const diagnostics = {
  ...DEVICE,
  sendsLarge: { ask: 'home/{DEVICE}/diagnose', to: 'home/{DEVICE}/diagnostics' },
};
/** What Debian's suites hold now; versions are only known from the brokers. */
const nats = {
  debian: { suite: 'bookworm', package: 'nats-server' },
  config:
    'server_name: m\nlisten: "$HOST:-1"\nmax_payload: 8MB\njetstream { store_dir: "$DIR/js" }\nmqtt { host: "$HOST", port: $PORT }\n',
};

describe('brokers side by side', () => {
  test('the one with a packet limit breaks 3.3.0, and it is named; the others, and brokers of other makes, do not', async () => {
    using place = bench();
    const values = [
      mosquitto('bookworm'),
      mosquitto('trixie'),
      mosquitto('forky'),
      nats,
      { embedded: 'aedes' as const },
    ];
    const file = fileOf({
      device: diagnostics,
      dimensions: [{ name: 'broker', values }],
      scenarios: ['connect', 'publish', 'large-message'],
      limits: { bringUp: '10m' },
    });
    const { cells, by, startedAt, finishedAt } = await place.run('3.3.0', file);
    const notRun = cells.filter(({ result }) => result === 'not-run');
    expect(notRun.map(({ cell, because }) => `${cell['broker']}: ${because}`)).toEqual([]);
    const versions = [...by.keys()]
      .filter((name) => name.startsWith('mosquitto '))
      .map((name) => name.slice(10));
    expect(versions.length).toBeGreaterThanOrEqual(3);
    const isLimited = (version: string) => !/^(1\.|2\.0\.)/.test(version);
    expect(versions.some(isLimited)).toBe(true);
    for (const version of versions) {
      const report = by.get(`mosquitto ${version}`);
      expect(report).toMatchObject({ result: isLimited(version) ? 'failed' : 'passed' });
      if (isLimited(version)) expect(report?.because).toBe('large-message: device-1 raised 0x52');
    }
    expect([...by.keys()].filter((name) => /^(nats|aedes) \d/.test(name))).toHaveLength(2);
    for (const [name, report] of by) if (!name.startsWith('mosquitto ')) expect(report.result).toBe('passed');

    const key = generateKey();
    const statement = statementOf({
      candidate: { release: '3.3.0', hardware: 'th-2', sha256: 'ab'.repeat(32) },
      startedAt,
      finishedAt,
      cells,
    });
    const tester = { name: 'lab', keyid: key.keyid, publicKey: key.public.keyval.public };
    expect(openAttestation(signAttestation(statement, key), [tester])).toEqual({
      tester,
      statement: matrixStatementSchema.parse(statement),
    });
  });
});

describe('a cell of which nothing is learned', () => {
  const rows: Array<[string, object, RegExp, RegExp]> = [
    [
      'whose broker does not start',
      { value: 'mosquitto 9', command: 'echo "no such option"; exit 3' },
      /^the broker ended with 3: no such option$/,
      /broker \| no such option/,
    ],
    [
      'whose broker hangs',
      { value: 'mosquitto 9', command: 'echo thinking; exec sleep 600' },
      /^the broker accepts no connection after 2 s$/,
      /broker \| thinking/,
    ],
    [
      'whose broker is another version than it says',
      { value: 'mosquitto 2.0.18', debian: { suite: 'bookworm', package: 'mosquitto' } },
      /^it says mosquitto [\d.]+, declared is mosquitto 2\.0\.18$/,
      /mosquitto version/,
    ],
    [
      'whose broker cannot be asked',
      {
        value: 'mosquitto 9',
        command: 'exec mosquitto -p "$PORT"',
        reads: { topic: '$SYS/no/such', says: '{}', means: '{}' },
      },
      /^it tells nothing at \$SYS\/no\/such$/,
      /mosquitto version/,
    ],
    [
      'that is somewhere else and not there',
      { value: 'mosquitto 9', address: { host: '127.0.0.1', port: 1 } },
      /^nobody accepts a connection at 127\.0\.0\.1:1$/,
      /not-run/,
    ],
    [
      'whose suite does not exist',
      { value: 'mosquitto 9', debian: { suite: 'no-such-suite', package: 'mosquitto' } },
      /^suite no-such-suite: apt-get update: /,
      /not-run/,
    ],
    [
      'whose archive is not signed by the keys that were named',
      {
        value: 'mosquitto 9',
        debian: {
          suite: 'bookworm',
          package: 'mosquitto',
          archive: 'http://deb.debian.org/debian',
          keyring: '/dev/null',
        },
      },
      /^suite bookworm: apt-get update: .*(not signed|public key)/,
      /not-run/,
    ],
    [
      'whose keys are not there',
      {
        value: 'mosquitto 9',
        debian: {
          suite: 'noble',
          package: 'mosquitto',
          archive: 'http://archive.ubuntu.com/ubuntu',
          keyring: 'no.gpg',
        },
      },
      /^suite noble needs the keys that sign it: there is no file .*no\.gpg$/,
      /not-run/,
    ],
  ];
  test.each(rows)(
    'says why, keeps its log, and neither passes nor fails: %s',
    async (_, value, because, log) => {
      using place = bench();
      const slow = 'debian' in value ? '10m' : '2s';
      const file = fileOf({
        dimensions: [{ name: 'broker', values: [value, { embedded: 'aedes' }] }],
        limits: { bringUp: slow },
      });
      const { cells } = await place.run('3.2.4', file);
      expect(cells.map(({ result }) => result)).toEqual(['not-run', 'passed']);
      expect(cells[0]?.because).toMatch(because);
      expect(cells[0]).toMatchObject({
        devices: 0,
        scenarios: [],
        soak: { realSeconds: 0, deviceSeconds: 0 },
      });
      expect(readFileSync(join(place.folder, 'run', 'logs', '0001.log'), 'utf8')).toMatch(log);
    },
  );
});

test('a run that is told to stop ends its cells in order, leaves no process, and keeps what was done', async () => {
  using place = bench();
  const marks = new Set<string>();
  const stop = new AbortController();
  const file = fileOf({
    dimensions: [
      { name: 'broker', values: [mosquitto('bookworm')] },
      { name: 'region', values: ['eu', 'us', 'nz'] },
    ],
    limits: { bringUp: '10m' },
  });
  const { readFile } = await import('node:fs/promises');
  const running = place.run('3.2.4', file, {
    parallel: 1,
    signal: stop.signal,
    onProgress: (progress) => {
      if (progress.is !== 'step' || progress.cell !== 1 || progress.step !== 'connect') return;
      stop.abort(new Error('enough'));
    },
  });
  await expect(running).rejects.toThrow('enough');
  const text = await readFile(join(place.folder, 'run', 'marks'), 'utf8');
  for (const mark of text.split('\n').filter(Boolean)) marks.add(mark);
  expect(marks.size).toBeGreaterThan(2);
  expect(await processesWith(marks)).toEqual([]);

  const played: number[] = [];
  const { cells } = await place.run('3.2.4', file, {
    resume: true,
    onProgress: (progress) => {
      if (progress.is === 'done') played.push(progress.cell);
    },
  });
  expect(played.sort((a, b) => a - b)).toEqual([1, 2]);
  expect(cells.map(({ cell, result }) => [cell['region'], result])).toEqual([
    ['eu', 'passed'],
    ['us', 'passed'],
    ['nz', 'passed'],
  ]);
});
