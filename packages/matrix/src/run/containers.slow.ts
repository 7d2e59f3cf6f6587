/**
 * Real containers: Podman of Debian, and an image that is made here of Debian's mosquitto, because a registry of images
 * is not always to be reached. Its name and its layout are those of the makers' image.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSuite, unpackedPackage } from '../bring-up/debian/suite.ts';
import { bench, CACHE, fileOf } from '../testing/matrix.ts';
import { inherited } from './setting.ts';

const place = bench();
const settings = join(place.folder, 'containers.conf');
const podman = (...words: string[]) =>
  execFileSync('podman', words, { env: { ...process.env, CONTAINERS_CONF: settings }, encoding: 'utf8' });
let version = '';

beforeAll(async () => {
  needDebian('podman', 'podman');
  needDebian('runc', 'runc');
  // Limits of its own: a machine may not be allowed to raise the usual ones. runc: crun knows no mixed control groups.
  writeFileSync(
    settings,
    '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1000:1000"]\n[engine]\nruntime = "runc"\n',
  );
  const suite = await openSuite({ suite: 'trixie', components: ['main'] }, CACHE);
  const root = await unpackedPackage(suite, 'mosquitto');
  version = /root-mosquitto-([\d.]+)/.exec(root)?.[1] ?? '';
  const command = 'CMD ["/usr/sbin/mosquitto","-c","/mosquitto/config/mosquitto.conf"]';
  const pack = spawnSync('tar', ['-C', wholeRoot(root), '-c', '.'], { maxBuffer: 1e9 });
  execFileSync('podman', ['import', '--change', command, '-', image()], {
    input: pack.stdout,
    env: { ...process.env, CONTAINERS_CONF: settings },
  });
}, 600_000);

afterAll(() => {
  podman('rmi', '--force', image());
  place[Symbol.dispose]();
});

/** What a package takes for given: the merged folders, and the user as whom it runs. */
function wholeRoot(unpacked: string): string {
  const root = join(place.folder, 'root');
  cpSync(unpacked, root, { recursive: true, verbatimSymlinks: true });
  for (const name of ['lib', 'lib64'])
    if (!existsSync(join(root, name))) symlinkSync(`usr/${name}`, join(root, name));
  mkdirSync(join(root, 'etc'), { recursive: true });
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0::/:/bin/sh\nmosquitto:x:1883:1883::/:/bin/sh\n');
  mkdirSync(join(root, 'mosquitto/config'), { recursive: true });
  return root;
}

const image = () => `localhost/eclipse-mosquitto:${version}`;

function needDebian(program: string, name: string): void {
  if (spawnSync('which', [program]).status === 0) return;
  if (process.getuid?.() !== 0) throw new Error(`${program} is missing: apt-get install ${name}`);
  execFileSync('apt-get', ['install', '-y', '-qq', name], { stdio: 'ignore' });
}

const containers = () => podman('ps', '--all', '--format', '{{.Names}}').trim();

test('a broker in a container is what it says, is restarted, and is gone at the end', async () => {
  const container = { image: image(), program: 'podman' as const };
  const missing = { image: 'localhost/no-such:1', program: 'podman' as const, args: ['--pull=never'] };
  const values = [
    { value: `mosquitto ${version}`, container },
    { value: 'mosquitto 2.0.15', container },
    { value: 'mosquitto 9', container: missing },
  ];
  const file = fileOf({
    dimensions: [{ name: 'broker', values }],
    scenarios: ['connect', 'publish', 'broker-restart', 'network-loss'],
  });
  const env = { ...inherited(process.env), CONTAINERS_CONF: settings };
  const { by } = await place.run('3.2.4', file, { env });
  expect(by.get(`mosquitto ${version}`)).toMatchObject({ result: 'passed', because: '4 scenarios passed' });
  expect(by.get('mosquitto 2.0.15')).toMatchObject({
    result: 'not-run',
    because: `it says mosquitto ${version}, declared is mosquitto 2.0.15`,
  });
  expect(by.get('mosquitto 9')).toMatchObject({ result: 'not-run' });
  expect(by.get('mosquitto 9')?.because).toMatch(/^the broker ended with 125: .*image not known$/);
  expect(containers()).toBe('');
});

test('a run that is told to stop leaves no container', async () => {
  const stop = new AbortController();
  const file = fileOf({
    dimensions: [
      {
        name: 'broker',
        values: [{ value: `mosquitto ${version}`, container: { image: image(), program: 'podman' } }],
      },
    ],
    soak: '1000h',
  });
  const seen: string[] = [];
  const running = place.run('3.2.4', file, {
    env: { ...inherited(process.env), CONTAINERS_CONF: settings },
    signal: stop.signal,
    onProgress: (progress) => {
      if (progress.is !== 'step' || progress.step !== 'soak') return;
      seen.push(containers());
      stop.abort(new Error('enough'));
    },
  });
  await expect(running).rejects.toThrow('enough');
  expect(seen[0]).toMatch(/^tuesday-matrix-/);
  expect(containers()).toBe('');
});
