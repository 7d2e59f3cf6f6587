/** A program of an unpacked suite, run with the suite's own loader and libraries. */
import { existsSync, realpathSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { MatrixValue } from '../../file/value.ts';
import { KNOWN_PROGRAMS } from '../known-programs.ts';
import type { ProgramToStart } from '../program.ts';
import { NotRun, type Place } from '../service.ts';
import { openSuite, unpackedPackage } from './suite.ts';

/** One preparation at a time for each package, however many cells want it. */
const preparing = new Map<string, Promise<string>>();

/** @throws NotRun when the package cannot be had, or nothing says how it is started */
export async function debianProgram(value: MatrixValue, place: Place): Promise<ProgramToStart> {
  const { package: name, program, ...of } = value.debian as NonNullable<MatrixValue['debian']>;
  const archive = {
    ...of,
    keyring: of.keyring === undefined ? undefined : resolve(place.fileFolder, of.keyring),
  };
  const known = KNOWN_PROGRAMS[name];
  const path = program ?? known?.program;
  const command = value.command ?? known?.command;
  if (path === undefined || command === undefined)
    throw new NotRun(`debian.program and command say how ${name} is started; it is not one that is known`);
  const root = await once(JSON.stringify([place.cache, archive, name]), async () =>
    unpackedPackage(await openSuite(archive, place.cache), name),
  );
  const launch = join(place.folder, 'program');
  await writeFile(launch, await launchScript(root, path), { mode: 0o755 });
  return {
    command,
    config: value.config ?? known?.config,
    reads: value.reads ?? known?.reads,
    env: { PROGRAM: launch, ROOT: root },
  };
}

function once(key: string, prepare: () => Promise<string>): Promise<string> {
  const running = preparing.get(key) ?? prepare();
  preparing.set(key, running);
  // A mirror that was away may be back for the next cell.
  running.catch(() => preparing.delete(key));
  return running;
}

async function launchScript(root: string, path: string): Promise<string> {
  const libraries: string[] = [];
  for (const base of ['lib', 'usr/lib']) {
    const names = await readdir(join(root, base)).catch(() => []);
    libraries.push(
      ...names.filter((name) => name.endsWith('-linux-gnu')).map((name) => join(root, base, name)),
    );
    libraries.push(join(root, base));
  }
  const loader = await findLoader(root, libraries);
  const quoted = [loader, '--library-path', libraries.join(':'), join(root, path)].map(quote);
  return `#!/bin/sh\nexec ${quoted.join(' ')} "$@"\n`;
}

async function findLoader(root: string, libraries: readonly string[]): Promise<string> {
  for (const folder of [join(root, 'lib64'), join(root, 'usr/lib64'), ...libraries]) {
    const names = await readdir(folder).catch(() => []);
    const name = names.find((entry) => /^ld-linux.*\.so\.\d+$/.test(entry));
    // In some suites it is an absolute link, which would lead to the machine's own.
    if (
      name !== undefined &&
      existsSync(join(folder, name)) &&
      realpathSync(join(folder, name)).startsWith(realpathSync(root))
    )
      return join(folder, name);
  }
  throw new NotRun('the unpacked suite has no loader');
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
