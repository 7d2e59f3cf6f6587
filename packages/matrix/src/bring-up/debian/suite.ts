/**
 * Packages of any Debian suite, beside the machine's own: apt with a state of its own for each suite, so that nothing
 * is installed and nothing of the machine's is changed.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { wallClock } from '@tuesday/protocol/clock';
import { NotRun } from '../service.ts';

const run = promisify(execFile);
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
/** Lists that are older are fetched again, milliseconds. */
const LISTS_MAX_AGE = 6 * 3_600_000;
const DEFAULT_MIRROR = 'http://deb.debian.org/debian';

/** Where packages come from. */
export interface Archive {
  readonly suite: string;
  /** Absent: Debian's, from the machine's own mirror. */
  readonly archive?: string | undefined;
  readonly components: readonly string[];
  /** File with the keys that sign it; absent: Debian's. */
  readonly keyring?: string | undefined;
}

export interface Suite {
  readonly name: string;
  readonly folder: string;
  readonly architecture: string;
}

/** @throws NotRun with one line when this machine has no apt, or the suite cannot be fetched */
export async function openSuite(of: Archive, cache: string): Promise<Suite> {
  const { suite: name, keyring = KEYRING } = of;
  if (!existsSync('/usr/bin/apt-get'))
    throw new NotRun(`suite ${name} needs apt-get, which this machine does not have`);
  if (!existsSync(keyring))
    throw new NotRun(`suite ${name} needs the keys that sign it: there is no file ${keyring}`);
  const architecture = (await run('dpkg', ['--print-architecture'])).stdout.trim();
  const suite = { name, folder: join(cache, 'debian', folderName(of, architecture)), architecture };
  await prepare(suite, { ...of, keyring });
  return suite;
}

/** Two archives call a suite the same, and a key that was taken back must not be believed from before. */
function folderName({ suite, archive, components, keyring }: Archive, architecture: string): string {
  const plain = `${suite}-${architecture}`;
  if (archive === undefined && keyring === undefined && components.join() === 'main') return plain;
  const keys = keyring === undefined ? '' : readFileSync(keyring);
  const digest = createHash('sha256')
    .update(JSON.stringify([archive, components]))
    .update(keys)
    .digest('hex');
  return `${plain}-${digest.slice(0, 16)}`;
}

async function prepare(suite: Suite, of: Archive): Promise<void> {
  const { folder, name, architecture } = suite;
  for (const inner of ['state/lists/partial', 'cache/archives/partial', 'etc'])
    await mkdir(join(folder, inner), { recursive: true });
  // Empty: for this apt nothing is installed, so it fetches everything that a package needs, the C library included.
  await writeFile(join(folder, 'state/status'), '', { flag: 'a' });
  await writeFile(
    join(folder, 'etc/suite.sources'),
    [
      'Types: deb',
      `URIs: ${of.archive ?? (await mirror())}`,
      `Suites: ${name}`,
      `Components: ${of.components.join(' ')}`,
      `Architectures: ${architecture}`,
      `Signed-By: ${of.keyring}`,
      '',
    ].join('\n'),
  );
  const fresh = join(folder, 'fetched');
  const age = await stat(fresh).then(
    (file) => wallClock().now() - file.mtimeMs,
    () => Infinity,
  );
  if (age < LISTS_MAX_AGE) return;
  await apt(suite, 'apt-get', 'update');
  await writeFile(fresh, '');
  const now = new Date(wallClock().now());
  await utimes(fresh, now, now);
}

/** The machine's own mirror: it can be reached. */
async function mirror(): Promise<string> {
  for (const file of ['/etc/apt/sources.list.d/debian.sources', '/etc/apt/sources.list']) {
    const text = await readFile(file, 'utf8').catch(() => '');
    const found = /^URIs:\s*(\S+)/m.exec(text) ?? /^deb\s+(?:\[[^\]]*\]\s+)?(\S+)/m.exec(text);
    if (found?.[1] !== undefined) return found[1];
  }
  return DEFAULT_MIRROR;
}

/** One after the other, also between processes: two apts on one state break each other. */
async function apt(suite: Suite, program: 'apt-get' | 'apt-cache', ...args: string[]): Promise<string> {
  const { folder, architecture } = suite;
  const options = [
    `APT::Architecture=${architecture}`,
    `APT::Architectures=${architecture}`,
    'Dir::Etc::SourceList=/dev/null',
    `Dir::Etc::SourceParts=${folder}/etc`,
    'Dir::Etc::Preferences=/dev/null',
    'Dir::Etc::PreferencesParts=/dev/null',
    `Dir::State=${folder}/state`,
    `Dir::State::status=${folder}/state/status`,
    `Dir::Cache=${folder}/cache`,
    'Acquire::Languages=none',
    'Acquire::Retries=2',
    'APT::Sandbox::User=root',
  ].flatMap((option) => ['-o', option]);
  try {
    const { stdout } = await run('flock', [join(folder, 'lock'), program, ...options, ...args], {
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout;
  } catch (cause) {
    const lines = String((cause as { stderr?: string }).stderr ?? cause)
      .trim()
      .split('\n');
    throw new NotRun(`suite ${suite.name}: ${program} ${args[0]}: ${lines.at(-1)}`, { cause });
  }
}

/**
 * The package with everything that it needs, unpacked in a folder that is named by its version. Made once.
 *
 * @throws NotRun when it cannot be fetched
 */
export async function unpackedPackage(suite: Suite, name: string): Promise<string> {
  const shown = await apt(suite, 'apt-cache', 'policy', name);
  const version = /^\s*Candidate: (\S+)/m.exec(shown)?.[1];
  if (version === undefined || version === '(none)')
    throw new NotRun(`suite ${suite.name} has no package ${name}`);
  const root = join(suite.folder, `root-${name}-${version.replaceAll(/[^A-Za-z0-9.+~-]/g, '_')}`);
  if (existsSync(root)) return root;
  // A folder of its own for each package, because everything in it is unpacked.
  const debs = join(suite.folder, `debs-${name}`);
  await rm(debs, { recursive: true, force: true });
  await mkdir(join(debs, 'partial'), { recursive: true });
  await apt(
    suite,
    'apt-get',
    'install',
    '-y',
    '-qq',
    '--no-install-recommends',
    '--download-only',
    '-o',
    `Dir::Cache::archives=${debs}`,
    name,
  );
  const draft = `${root}.${process.pid}.new`;
  try {
    await unpack(debs, draft);
    await rename(draft, root);
  } catch (cause) {
    // Another process was faster.
    if (!existsSync(root)) throw new NotRun(`suite ${suite.name}: ${name} cannot be unpacked`, { cause });
  } finally {
    await rm(draft, { recursive: true, force: true });
    await rm(debs, { recursive: true, force: true });
  }
  return root;
}

async function unpack(debs: string, into: string): Promise<void> {
  await mkdir(into, { recursive: true });
  for (const deb of (await readdir(debs)).filter((file) => file.endsWith('.deb'))) {
    const script = 'dpkg-deb --fsys-tarfile "$1" | tar -x -C "$2" --keep-directory-symlink --no-same-owner';
    await run('/bin/sh', ['-c', script, 'unpack', join(debs, deb), into]);
  }
  // Links from sonames to files, which the packages' own scripts would have made.
  const triplet = (await readdir(join(into, 'usr/lib'))).filter((name) => name.includes('-linux-gnu'));
  for (const folder of ['usr/lib', ...triplet.map((name) => `usr/lib/${name}`)])
    await run('/sbin/ldconfig', ['-n', join(into, folder)]).catch(() => undefined);
}
