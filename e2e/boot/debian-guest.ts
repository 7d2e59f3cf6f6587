/**
 * Debian packages for a machine of another kind, kept in the cache: apt with a state of its own, so that nothing is
 * installed here. What is in the cache is used as it is; remove the folder to get newer versions.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ARCHITECTURE = 'arm64';
const SUITE = 'bookworm';
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
const FALLBACK_MIRROR = 'http://deb.debian.org/debian';

/**
 * @param folder of the cache
 * @param names packages; one that only points at the present version of another stands for that other
 * @returns the package files, in the order of the names
 * @throws Error when there is no network and no cache
 */
export function debianPackages(folder: string, names: readonly string[]): string[] {
  const list = join(folder, 'packages.json');
  const wanted = names.join(' ');
  if (existsSync(list)) {
    const kept = JSON.parse(readFileSync(list, 'utf8')) as { wanted: string; files: string[] };
    const files = kept.files.map((file) => join(folder, file));
    if (kept.wanted === wanted && files.every((file) => existsSync(file))) return files;
  }
  const apt = new ForeignApt(join(folder, 'apt'));
  apt.update();
  const files = names.map((name) => apt.download(name, folder));
  writeFileSync(`${list}.new`, JSON.stringify({ wanted, files }));
  renameSync(`${list}.new`, list);
  return files.map((file) => join(folder, file));
}

/** Unpacks the paths that match, shell patterns beginning with `./`, from package files into a folder. */
export function unpack(file: string, into: string, patterns: readonly string[]): void {
  mkdirSync(into, { recursive: true });
  const command = 'dpkg-deb --fsys-tarfile "$1" | tar -x -C "$2" --no-same-owner --wildcards "${@:3}"';
  execFileSync('bash', ['-o', 'pipefail', '-c', command, 'unpack', file, into, ...patterns], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

class ForeignApt {
  readonly #options: string[];

  constructor(folder: string) {
    for (const part of ['state/lists/partial', 'cache/archives/partial', 'etc'])
      mkdirSync(join(folder, part), { recursive: true });
    writeFileSync(join(folder, 'state/status'), '');
    writeFileSync(
      join(folder, 'etc/guest.sources'),
      `Types: deb\nURIs: ${mirror()}\nSuites: ${SUITE}\nComponents: main\n` +
        `Architectures: ${ARCHITECTURE}\nSigned-By: ${KEYRING}\n`,
    );
    this.#options = [
      `APT::Architecture=${ARCHITECTURE}`,
      `APT::Architectures=${ARCHITECTURE}`,
      'APT::Sandbox::User=',
      'Acquire::Languages=none',
      'Dir::Etc::SourceList=/dev/null',
      `Dir::Etc::SourceParts=${join(folder, 'etc')}`,
      'Dir::Etc::Preferences=/dev/null',
      'Dir::Etc::PreferencesParts=/dev/null',
      `Dir::State=${join(folder, 'state')}`,
      `Dir::State::status=${join(folder, 'state/status')}`,
      `Dir::Cache=${join(folder, 'cache')}`,
    ].flatMap((option) => ['-o', option]);
  }

  update(): void {
    this.#run('apt-get', ['-qq', 'update']);
  }

  /** @returns the name of the file, which carries the version */
  download(name: string, folder: string): string {
    const into = join(folder, `.${name}-${process.pid}`);
    rmSync(into, { recursive: true, force: true });
    mkdirSync(into);
    this.#run('apt-get', ['-qq', 'download', this.#real(name)], into);
    const file = readdirSync(into)[0];
    if (file === undefined) throw new Error(`apt-get downloaded nothing for ${name}`);
    renameSync(join(into, file), join(folder, file));
    rmSync(into, { recursive: true });
    return file;
  }

  /** `linux-image-arm64` is empty and depends on the image of the present version. */
  #real(name: string): string {
    const depends = this.#run('apt-cache', ['depends', '--important', name]);
    const stem = name.slice(0, name.lastIndexOf('-') + 1);
    const others = [...depends.matchAll(/Depends: (\S+)/g)].map((match) => match[1] ?? '');
    return (
      others.find((other) => stem !== '' && other.startsWith(stem) && /^\d/.test(other.slice(stem.length))) ??
      name
    );
  }

  #run(command: string, args: readonly string[], cwd = '/'): string {
    return execFileSync(command, [...this.#options, ...args], { cwd, encoding: 'utf8' });
  }
}

/** The mirror that this machine takes its own packages from. */
function mirror(): string {
  for (const file of ['/etc/apt/sources.list.d/debian.sources', '/etc/apt/sources.list']) {
    if (!existsSync(file)) continue;
    const found = /^(?:URIs:|deb(?: \[[^\]]*\])?)\s+(\S+)/m.exec(readFileSync(file, 'utf8'))?.[1];
    if (found !== undefined) return found;
  }
  return FALLBACK_MIRROR;
}
