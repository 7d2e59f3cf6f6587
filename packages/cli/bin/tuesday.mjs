#!/usr/bin/env node
/** Runs under any Node from 20 on: finds a Node 24 and hands over to `src/main.ts`. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as module from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const main = join(here, '..', 'src', 'main.ts');

// Compiled once and kept: half of the time that a command takes to begin, and a halt is a command.
const cache =
  process.env['NODE_COMPILE_CACHE'] ??
  join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'tuesday', 'compiled');

if (Number(process.versions.node.split('.')[0]) >= 24) {
  module.enableCompileCache(cache);
  await import(pathToFileURL(main).href);
} else {
  const node = join(here, '../../../node_modules', `node-${process.platform}-${process.arch}`, 'bin/node');
  if (existsSync(node)) {
    const env = { ...process.env, NODE_COMPILE_CACHE: cache };
    const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit', env });
    process.on('SIGINT', () => undefined);
    for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    child.on('exit', (code, signal) => process.exit(signal ? 130 : (code ?? 1)));
  } else {
    process.stderr.write(
      `tuesday needs Node 24 or newer on ${process.platform}-${process.arch}; this is ${process.version}.\n`,
    );
    process.exit(1);
  }
}
