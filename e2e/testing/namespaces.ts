/** Real networks inside of this machine: Linux network namespaces, joined by virtual cables, with loss on request. */
import { spawnSync } from 'node:child_process';
import type { Place } from './server-process.ts';

/** Two ends of a cable. */
export interface Cable {
  /** IPv4 address of the first end. */
  readonly a: string;
  readonly b: string;
  /** Pulls the cable out. */
  cut(): void;
  /** Puts it in again; the addresses are the same. */
  plug(): void;
}

/** Namespace of the test itself. */
export const HERE = '';

let cables = 0;

export class Namespaces {
  readonly #names = new Map<string, string>();

  /** @throws Error in one line when this machine cannot have network namespaces */
  constructor() {
    if (process.getuid?.() !== 0) throw new Error('These tests make network namespaces: run them as root.');
    for (const [program, debian] of [
      ['ip', 'iproute2'],
      ['nft', 'nftables'],
    ] as const) {
      if (spawnSync(program, ['-V']).error)
        throw new Error(`These tests need ${program}: apt-get install ${debian}`);
    }
  }

  /** A network of its own, with nothing but loopback. */
  add(name: string): void {
    const full = `tue${process.pid}${name}`;
    run('ip', 'netns', 'add', full);
    this.#names.set(name, full);
    run('ip', '-n', full, 'link', 'set', 'lo', 'up');
  }

  /** A cable between two namespaces, with a network of its own. */
  join(a: string, b: string): Cable {
    const number = (cables += 1);
    const subnet = `10.${100 + (process.pid % 100)}.${number}`;
    const ends = [`tv${process.pid % 100_000}x${number}a`, `tv${process.pid % 100_000}x${number}b`] as const;
    run('ip', 'link', 'add', ends[0], 'type', 'veth', 'peer', 'name', ends[1]);
    [a, b].forEach((name, index) => {
      const end = ends[index] as string;
      const at = this.#at(name);
      if (name !== HERE) run('ip', 'link', 'set', end, 'netns', this.#full(name));
      run('ip', ...at, 'addr', 'add', `${subnet}.${index + 1}/24`, 'dev', end);
      run('ip', ...at, 'link', 'set', end, 'up');
    });
    const turn = (state: 'up' | 'down') => {
      run('ip', ...this.#at(a), 'link', 'set', ends[0], state);
      run('ip', ...this.#at(b), 'link', 'set', ends[1], state);
    };
    return { a: `${subnet}.1`, b: `${subnet}.2`, cut: () => turn('down'), plug: () => turn('up') };
  }

  /** This share of the datagrams on a port is lost on its way in. */
  lose(name: string, udpPort: number, percent: number): void {
    const nft = (...words: string[]) => run('ip', 'netns', 'exec', this.#full(name), 'nft', words.join(' '));
    nft('add table inet loss');
    nft('add chain inet loss in { type filter hook input priority 0 ; }');
    nft(`add rule inet loss in udp dport ${udpPort} numgen random mod 100 < ${percent} counter drop`);
  }

  /**
   * This share of all packets that a neighbour sends is lost on its way in. Not on its way out: there a sender's own
   * kernel would hear of the loss, and send again at once.
   *
   * @param from IPv4 address of the neighbour
   */
  loseFrom(name: string, from: string, percent: number): void {
    const nft = (...words: string[]) => run('ip', 'netns', 'exec', this.#full(name), 'nft', words.join(' '));
    nft('add table inet loss');
    nft('add chain inet loss in { type filter hook input priority 0 ; }');
    nft(`add rule inet loss in ip saddr ${from} numgen random mod 100 < ${percent} counter drop`);
  }

  /** Packets that were dropped. */
  lost(name: string): number {
    const { stdout } = spawnSync('ip', ['netns', 'exec', this.#full(name), 'nft', 'list', 'ruleset'], {
      encoding: 'utf8',
    });
    return Number(/counter packets (\d+)/.exec(stdout)?.[1] ?? 0);
  }

  /** Command that runs what follows it in this namespace. */
  through(name: string): Place['through'] {
    return ['ip', 'netns', 'exec', this.#full(name)];
  }

  /** Everything, with the cables that end there. */
  remove(): void {
    for (const full of this.#names.values()) spawnSync('ip', ['netns', 'del', full]);
    this.#names.clear();
  }

  #at(name: string): string[] {
    return name === HERE ? [] : ['-n', this.#full(name)];
  }

  #full(name: string): string {
    const full = this.#names.get(name);
    if (full === undefined) throw new Error(`there is no namespace ${name}`);
    return full;
  }
}

function run(program: string, ...args: string[]): void {
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr || String(error)}`);
}
