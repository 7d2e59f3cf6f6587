/**
 * Deltas beside those of others, on two pairs of real images, in one run:
 * - machine code: `libcrypto.so.3` of two versions of Debian's libssl3;
 * - a file system: ext4 images of a small root, whose packages are at two points in time.
 *
 * The packages are fetched by apt in this run, the two newest versions that it knows. Peers come from Debian too:
 * bsdiff, xdelta3, and `zstd --patch-from`. Every program runs under GNU time, which tells seconds and the most
 * memory that it took; ours are Node processes, Node included.
 *
 *   npm run --silent bench:delta -- [--json]
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { wallClock } from '../packages/protocol/src/index.ts';
import { rebuild } from '../packages/agent/src/delta/rebuild.ts';
import { realDisk } from '../packages/agent/src/storage/disk.ts';
import { encodeDelta } from '../packages/server/src/deltas/encode.ts';

interface Cost {
  readonly seconds: number;
  /** Most memory that was resident, bytes. */
  readonly memory: number;
}

interface Row {
  readonly method: string;
  /** Of the delta, bytes. */
  readonly size: number;
  readonly create: Cost;
  readonly apply: Cost;
}

interface Pair {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly oldFile: string;
  readonly newFile: string;
}

const NEEDED = ['bsdiff', 'xdelta3', 'zstd', 'time', 'e2fsprogs'];
const MACHINE_CODE = 'libssl3';
/** Packages of the root; those with one version are the same in both images. */
const ROOT = [
  'libssl3',
  'openssl',
  'libc6',
  'perl-base',
  'libsystemd0',
  'sudo',
  'bsdutils',
  'libpython3.11-minimal',
  'libexpat1',
  'dash',
];
const ROOT_MIB = 64;

const [, , role, ...rest] = process.argv;
if (role === 'encode') await encode(rest as [string, string, string]);
else if (role === 'apply') await apply(rest as [string, string, string, string]);
else await main(process.argv.includes('--json'));

/** As the server does it. */
async function encode([from, to, into]: [string, string, string]): Promise<void> {
  await encodeDelta({ from, to, into }, new AbortController().signal);
}

/** As the device does it. */
async function apply([from, delta, into, sha256]: [string, string, string, string]): Promise<void> {
  const base = { path: from, length: statSync(from).size, sha256: digestOf(from) };
  const length = Number(rest[4]);
  await rebuild({
    delta,
    base,
    signed: { length, sha256 },
    file: into,
    memoryBytes: 4e9,
    disk: realDisk,
    signal: new AbortController().signal,
  });
}

async function main(json: boolean): Promise<void> {
  requirePrograms();
  const folder = mkdtempSync(join(tmpdir(), 'bench-delta-'));
  const started = wallClock().now();
  try {
    const pairs = [machineCode(join(folder, 'code')), fileSystem(join(folder, 'root'))];
    const results = pairs.map((pair) => measure(pair, folder));
    const seconds = Math.round((wallClock().now() - started) / 1_000);
    process.stdout.write(
      json ? `${JSON.stringify({ pairs: results, seconds })}\n` : results.map(print).join('\n'),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function requirePrograms(): void {
  const missing = NEEDED.filter((name) => run('dpkg', ['-s', name], '/', true).status !== 0);
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0)
    fail(`install these Debian packages first: apt-get install ${missing.join(' ')}`);
  run('apt-get', ['-qq', 'update'], '/', true);
  run('apt-get', ['-qq', 'install', '-y', '--no-install-recommends', ...missing], '/');
}

function machineCode(folder: string): Pair {
  const [from, to] = versionsOf(MACHINE_CODE);
  const library = (version: string, name: string) => {
    const root = join(folder, name);
    unpack(MACHINE_CODE, version, root);
    const found = find(root, 'libcrypto.so.3');
    const file = join(folder, `${name}.so`);
    copyFileSync(found, file);
    return file;
  };
  return {
    name: 'machine code: libcrypto.so.3',
    from,
    to,
    oldFile: library(from, 'old'),
    newFile: library(to, 'new'),
  };
}

function fileSystem(folder: string): Pair {
  const versions = ROOT.map((name) => ({ name, versions: versionsOf(name) }));
  const image = (which: 0 | 1, name: string) => {
    const root = join(folder, name);
    for (const each of versions) unpack(each.name, each.versions[which], root);
    const file = join(folder, `${name}.ext4`);
    // The same names, times and seeds each time, so that only the packages differ.
    const fixed = [
      '-U',
      '6e2e2f5c-9a0b-4c1d-8e3f-000000000001',
      '-E',
      'hash_seed=6e2e2f5c-9a0b-4c1d-8e3f-000000000002,root_owner=0:0',
    ];
    run('mke2fs', ['-q', '-t', 'ext4', '-d', root, ...fixed, file, `${ROOT_MIB}M`], folder, false, {
      E2FSPROGS_FAKE_TIME: '1764000000',
    });
    return file;
  };
  const changed = versions.filter((each) => each.versions[0] !== each.versions[1]).length;
  return {
    name: `file system: ext4, ${changed} of ${ROOT.length} packages updated`,
    from: 'older packages',
    to: 'newest packages',
    oldFile: image(0, 'old'),
    newFile: image(1, 'new'),
  };
}

/** The two newest versions that apt knows; the same one twice where there is only one. */
function versionsOf(name: string): [string, string] {
  const lines = run('apt-cache', ['madison', name], '/').stdout.split('\n');
  const versions = [
    ...new Set(lines.map((line) => line.split('|')[1]?.trim() ?? '').filter((one) => one !== '')),
  ];
  versions.sort((a, b) => (run('dpkg', ['--compare-versions', a, 'lt', b], '/', true).status === 0 ? 1 : -1));
  const [newest = fail(`apt knows no package ${name}; run apt-get update`), older = newest] = versions;
  return [older, newest];
}

function unpack(name: string, version: string, root: string): void {
  const debs = `${root}.debs`;
  mkdirSync(debs, { recursive: true });
  mkdirSync(root, { recursive: true });
  const before = new Set(readdirSync(debs));
  run('apt-get', ['-qq', '-o', 'APT::Sandbox::User=root', 'download', `${name}=${version}`], debs);
  const deb = readdirSync(debs).find((one) => !before.has(one));
  run('dpkg-deb', ['-x', join(debs, deb ?? fail(`apt brought no ${name}`)), root], debs);
}

function find(folder: string, name: string): string {
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((path) =>
    path.endsWith(name),
  );
  return join(folder, found ?? fail(`there is no ${name} in ${folder}`));
}

function measure({ oldFile, newFile, ...pair }: Pair, folder: string) {
  const work = mkdtempSync(join(folder, 'work-'));
  const wanted = digestOf(newFile);
  const length = statSync(newFile).size;
  const own = fileURLToPath(import.meta.url);
  const node = (...args: string[]) => [process.execPath, own, ...args];
  const methods: Record<
    string,
    { create: (delta: string) => string[]; apply: (delta: string, made: string) => string[] }
  > = {
    tuesday: {
      create: (delta) => node('encode', oldFile, newFile, delta),
      apply: (delta, made) => node('apply', oldFile, delta, made, wanted, String(length)),
    },
    'zstd --patch-from': {
      create: (delta) => ['zstd', '-q', '-f', '-19', `--patch-from=${oldFile}`, newFile, '-o', delta],
      apply: (delta, made) => [
        'zstd',
        '-q',
        '-f',
        '-d',
        '--long=31',
        `--patch-from=${oldFile}`,
        delta,
        '-o',
        made,
      ],
    },
    bsdiff: {
      create: (delta) => ['bsdiff', oldFile, newFile, delta],
      apply: (delta, made) => ['bspatch', oldFile, made, delta],
    },
    xdelta3: {
      create: (delta) => [
        'xdelta3',
        '-f',
        '-9',
        '-S',
        'lzma',
        '-B',
        String(2 ** 28),
        '-e',
        '-s',
        oldFile,
        newFile,
        delta,
      ],
      apply: (delta, made) => ['xdelta3', '-f', '-B', String(2 ** 28), '-d', '-s', oldFile, delta, made],
    },
  };
  const rows: Row[] = [];
  for (const [method, { create, apply: put }] of Object.entries(methods)) {
    const delta = join(work, `${rows.length}.delta`);
    const made = join(work, `${rows.length}.made`);
    const creating = timed(create(delta), work);
    const applying = timed(put(delta, made), work);
    if (digestOf(made) !== wanted) fail(`${method} put other bytes together`);
    rows.push({ method, size: statSync(delta).size, create: creating, apply: applying });
  }
  const crossed = (creator: number, applier: string): boolean => {
    const made = join(work, `crossed-${creator}`);
    timed((methods[applier] ?? fail(applier)).apply(join(work, `${creator}.delta`), made), work);
    return digestOf(made) === wanted;
  };
  const zstdTakesOurs = crossed(0, 'zstd --patch-from');
  const weTakeZstds = crossed(1, 'tuesday');
  const [ours] = rows;
  const ratios = Object.fromEntries(
    rows.slice(1).map((row) => [
      row.method,
      {
        size: ratio(ours?.size, row.size),
        createSeconds: ratio(ours?.create.seconds, row.create.seconds),
        applySeconds: ratio(ours?.apply.seconds, row.apply.seconds),
        createMemory: ratio(ours?.create.memory, row.create.memory),
        applyMemory: ratio(ours?.apply.memory, row.apply.memory),
      },
    ]),
  );
  return { ...pair, full: length, rows, oursOverTheirs: ratios, zstdTakesOurs, weTakeZstds };
}

function timed(command: readonly string[], folder: string): Cost {
  const log = join(folder, 'time');
  const { status, stderr } = run('/usr/bin/time', ['-o', log, '-f', '%e %M', ...command], folder, true);
  if (status !== 0) fail(`${command[0]} failed: ${stderr}`);
  const [seconds = 0, kibibytes = 0] = readFileSync(log, 'utf8').trim().split(' ').map(Number);
  return { seconds, memory: kibibytes * 1_024 };
}

function run(
  command: string,
  args: readonly string[],
  cwd: string,
  mayFail = false,
  more: NodeJS.ProcessEnv = {},
) {
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', ...more };
  const result = spawnSync(command, args, {
    cwd: existsSync(cwd) ? cwd : '/',
    env: environment,
    encoding: 'utf8',
  });
  if (!mayFail && result.status !== 0) fail(`${command} ${args.join(' ')} failed: ${result.stderr}`);
  return result;
}

function digestOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

function ratio(ours = 0, theirs = 0): number {
  return Math.round((100 * ours) / Math.max(theirs, 0.01)) / 100;
}

function print({
  name,
  from,
  to,
  full,
  rows,
  zstdTakesOurs,
  weTakeZstds,
}: ReturnType<typeof measure>): string {
  const lines = rows.map(({ method, size, create, apply: put }) =>
    [
      method.padEnd(18),
      `${size} bytes (${((100 * size) / full).toFixed(2)} %)`.padEnd(26),
      `made in ${create.seconds} s, ${mib(create.memory)}`.padEnd(30),
      `put together in ${put.seconds} s, ${mib(put.memory)}`,
    ].join('  '),
  );
  const both = `zstd takes ours: ${zstdTakesOurs}, we take zstd's: ${weTakeZstds}`;
  return `${name}, ${from} to ${to}, full ${full} bytes\n${lines.join('\n')}\n${both}\n`;
}

function mib(bytes: number): string {
  return `${Math.round(bytes / 1_048_576)} MiB`;
}

function fail(because: string): never {
  process.stderr.write(`bench:delta: ${because}\n`);
  process.exit(1);
}
