/** The Debian package: the executable, its service, documentation and an example of the configuration. */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../files.ts';
import type { Machine } from './node-package.ts';

const ARCHITECTURE: Readonly<Record<Machine, string>> = { x64: 'amd64', arm64: 'arm64' };
const PACKAGING = join(root, 'packages/agent/packaging');

export interface DebianOptions {
  readonly machine: Machine;
  readonly version: string;
  readonly executable: string;
  readonly cache: string;
  /** Folder for the package. */
  readonly out: string;
}

/**
 * @returns the package file
 * @throws Error when dpkg-deb is missing or says no
 */
export function buildDebianPackage({ machine, version, executable, cache, out }: DebianOptions): string {
  const tree = join(cache, `debian-${machine}`);
  rmSync(tree, { recursive: true, force: true });
  const place = (from: string, to: string, mode = 0o644) => {
    mkdirSync(dirname(join(tree, to)), { recursive: true, mode: 0o755 });
    cpSync(from, join(tree, to));
    chmodSync(join(tree, to), mode);
  };
  place(executable, 'usr/lib/tuesday/tuesday-agent', 0o755);
  place(join(PACKAGING, 'tuesday-agent.service'), 'usr/lib/systemd/system/tuesday-agent.service');
  place(join(PACKAGING, 'whole-machine.conf'), 'usr/share/doc/tuesday-agent/examples/whole-machine.conf');
  place(join(PACKAGING, 'agent.json'), 'usr/share/doc/tuesday-agent/examples/agent.json');
  place(join(root, 'docs/agent.md'), 'usr/share/doc/tuesday-agent/agent.md');
  place(join(root, 'LICENSE'), 'usr/share/doc/tuesday-agent/copyright');
  for (const script of ['postinst', 'prerm', 'postrm'])
    place(join(PACKAGING, 'debian', script), `DEBIAN/${script}`, 0o755);
  const kilobytes = Math.ceil(statSync(executable).size / 1024);
  writeFileSync(
    join(tree, 'DEBIAN/control'),
    control(ARCHITECTURE[machine], debianVersion(version), kilobytes),
  );
  const file = join(out, `tuesday-agent_${debianVersion(version)}_${ARCHITECTURE[machine]}.deb`);
  const { status, error, stderr } = spawnSync(
    'dpkg-deb',
    ['--root-owner-group', '-Zxz', '-z3', '--build', tree, file],
    { encoding: 'utf8' },
  );
  if (error !== undefined)
    throw new Error('the Debian package needs dpkg-deb: apt-get install dpkg', { cause: error });
  if (status !== 0) throw new Error(`dpkg-deb: ${stderr}`);
  return file;
}

/** A pre-release comes before its release there, too (deb-version(7)). */
export function debianVersion(version: string): string {
  return version.replaceAll('-', '~');
}

function control(architecture: string, version: string, kilobytes: number): string {
  return `Package: tuesday-agent
Version: ${version}
Architecture: ${architecture}
Maintainer: The Tuesday authors <tuesday@localhost>
Installed-Size: ${kilobytes}
Depends: libc6 (>= 2.28), libstdc++6, adduser
Section: admin
Priority: optional
Description: update agent that cannot be bricked
 Keeps the firmware of one device current: verifies what two people signed,
 writes the spare slot, tries it, and goes back by itself when it fails.
`;
}
