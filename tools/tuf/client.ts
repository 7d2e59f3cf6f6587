/**
 * The agent's TUF client behind the command line that the public conformance suite calls: `init`, `refresh`,
 * `download` (theupdateframework/tuf-conformance, CLIENT-CLI.md). Fetching, limits, clock and download are the
 * agent's own.
 *
 * `pytest tuf_conformance --entrypoint "node tools/tuf/client.ts"` in a folder with the suite runs it.
 */
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { wallClock } from '@tuesday/protocol';
import type { TargetFile } from 'tuf-js';
import { download } from '../../packages/agent/src/download/ranged-download.ts';
import { realDisk } from '../../packages/agent/src/storage/disk.ts';
import { readJson } from '../../packages/agent/src/storage/whole-file.ts';
import { MetadataFetcher } from '../../packages/agent/src/trust/metadata-fetcher.ts';
import { TrustFolder } from '../../packages/agent/src/trust/trust-folder.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'metadata-dir': { type: 'string' },
    'metadata-url': { type: 'string' },
    'target-name': { type: 'string', multiple: true },
    'target-base-url': { type: 'string' },
    'target-dir': { type: 'string' },
  },
});

function option(name: 'metadata-dir' | 'metadata-url' | 'target-base-url' | 'target-dir'): string {
  const value = values[name];
  if (value === undefined) throw new Error(`--${name} is missing`);
  return value;
}

/** What is asked of a client that has just refreshed its metadata. */
async function look(
  signal: AbortSignal,
  ask: (lookUp: (target: string) => Promise<TargetFile | undefined>) => Promise<void>,
): Promise<void> {
  const folder = option('metadata-dir');
  const pinnedRoot = (await realDisk.read(join(folder, 'root.json')))?.toString() ?? '';
  const trust = new TrustFolder({ folder, pinnedRoot, clock: wallClock() });
  const origin = { baseUrl: option('metadata-url'), fetcher: new MetadataFetcher(signal) };
  await trust.look(origin, async (updater) => {
    await updater.refresh();
    await ask((target) => updater.getTargetInfo(target));
  });
}

async function fetchTarget(target: TargetFile, path: string, signal: AbortSignal): Promise<void> {
  const sha256 = target.hashes['sha256'];
  if (sha256 === undefined) throw new Error(`${path} has no sha256, the only digest that a device believes`);
  // The suite looks at every file of the target folder; what a resumed download remembers lies beside it.
  const name = encodeURIComponent(path);
  const work = `${option('target-dir')}.work`;
  await mkdir(option('target-dir'), { recursive: true });
  await mkdir(work, { recursive: true });
  const got = await download({
    url: new URL(await servedAs(path, sha256)),
    headers: {},
    file: join(work, name),
    signed: { length: target.length, sha256 },
    clock: wallClock(),
    random: Math.random,
    signal,
    backOff: { baseMillis: 1, capMillis: 1 },
    attempts: 1,
  });
  if ('refused' in got) throw new Error(`${got.refused.code}: ${got.refused.because}`);
  const kept = join(option('target-dir'), name);
  // The suite tells by the time of modification what was fetched.
  if (!(await isSame(kept, got.file))) await copyFile(got.file, kept);
}

async function isSame(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([realDisk.read(one), realDisk.read(other)]);
  return a !== undefined && b !== undefined && a.equals(b);
}

/** With consistent snapshots a target's file name begins with its digest. */
async function servedAs(path: string, sha256: string): Promise<string> {
  const root = (await readJson(join(option('metadata-dir'), 'root.json'))) as {
    signed: { consistent_snapshot: boolean };
  };
  const slash = path.lastIndexOf('/') + 1;
  const name = root.signed.consistent_snapshot
    ? `${path.slice(0, slash)}${sha256}.${path.slice(slash)}`
    : path;
  return `${option('target-base-url').replace(/\/+$/, '')}/${name.split('/').map(encodeURIComponent).join('/')}`;
}

async function run(): Promise<void> {
  const [command, trustedRoot] = positionals;
  const { signal } = new AbortController();
  if (command === 'init' && trustedRoot !== undefined) {
    await mkdir(option('metadata-dir'), { recursive: true });
    return copyFile(trustedRoot, join(option('metadata-dir'), 'root.json'));
  }
  const names = command === 'download' ? (values['target-name'] ?? []) : [];
  if (command !== 'refresh' && command !== 'download')
    throw new Error('usage: client.ts … init ROOT | refresh | download');
  const found = new Map<string, TargetFile | undefined>();
  await look(signal, async (lookUp) => {
    for (const name of names) found.set(name, await lookUp(name));
  });
  for (const [path, target] of found) {
    if (target === undefined) throw new Error(`${path} is not signed`);
    await fetchTarget(target, path, signal);
  }
}

try {
  await run();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
