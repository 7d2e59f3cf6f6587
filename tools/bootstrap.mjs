/**
 * Runs under any Node from 20 on and needs no package: installs what the lockfile says, once, and finds the
 * pinned Node 24 that came with it.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Ends with one clear line. */
export function fail(line, code = 1) {
  process.stderr.write(`${line}\n`);
  process.exit(code);
}

const stamp = join(root, 'node_modules', '.tuesday-installed');

function lockDigest() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

/** `npm ci` when the lockfile is not what is installed. Prints one progress line; ends the process on failure. */
export async function ensureInstalled() {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lockDigest()) return;
  const started = process.hrtime.bigint();
  const seconds = () => Number((process.hrtime.bigint() - started) / 1_000_000_000n);
  const progress = process.stderr.isTTY
    ? setInterval(() => process.stderr.write(`\rInstalling packages, once … ${seconds()} s `), 500)
    : undefined;
  if (!progress) process.stderr.write('Installing packages, once …\n');
  const done = await npm(['ci'], process.env.PATH);
  // npm leaves out optional packages that want a newer Node than its own: it is asked again with the one that came.
  const brought = dirname(pinnedNode());
  const { code, words } =
    done.code === 0 && existsSync(brought)
      ? await npm(['install', '--no-save'], `${brought}:${process.env.PATH ?? ''}`)
      : done;
  clearInterval(progress);
  if (code === 127) fail('npm was not found. Install Node 20 or newer with npm.');
  if (code !== 0) fail(`${words}\nnpm could not install (exit ${code}); its words stand above.`);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, lockDigest());
  process.stderr.write(
    `${process.stderr.isTTY ? '\r' : ''}Installed packages in ${seconds()} s.          \n`,
  );
}

/** @returns npm's exit code, 127 where there is none, and what it said */
async function npm(what, path) {
  const output = [];
  const child = spawn('npm', [...what, '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: root,
    env: { ...process.env, PATH: path },
  });
  child.stdout.on('data', (data) => output.push(data));
  child.stderr.on('data', (data) => output.push(data));
  const code = await new Promise((resolve) => {
    child.on('error', () => resolve(127));
    child.on('close', resolve);
  });
  return { code, words: Buffer.concat(output).toString() };
}

const pinnedNode = () =>
  join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');

/** Path of a Node 24 or newer: the pinned one, else the one that runs. */
export function node24() {
  const pinned = pinnedNode();
  if (existsSync(pinned) && spawnSync(pinned, ['--version']).status === 0) return pinned;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  return fail(
    `Tuesday needs Node 24 or newer on ${process.platform}-${process.arch} (this is ${process.version}); ` +
      'on Linux x64 and arm64 it brings its own.',
  );
}

/**
 * Runs a program with the pinned Node in front on PATH and ends with its exit code.
 * Ctrl-C reaches the child through the terminal; other signals are passed on.
 */
export async function runWithNode24(args, environment = {}) {
  const node = node24();
  // docs/adr/0032-no-maglev.md
  const child = spawn(node, ['--no-maglev', ...args], {
    cwd: root,
    // The channel lets the child see when this process is killed.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, ...environment, PATH: `${dirname(node)}:${process.env.PATH ?? ''}` },
  });
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  const [code, signal] = await new Promise((resolve) => child.on('exit', (...how) => resolve(how)));
  process.exit(signal ? 130 : code);
}
