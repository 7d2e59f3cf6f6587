/** A log as it might really be, exported: for tests of its verification. */
import { generateKey, type KeyPair } from '../../keys.ts';
import { type ChainedEntry, GENESIS, hashEntry, type HashedEntry, hashText } from '../entry.ts';
import { checkpointLine, entryLine, statementLine } from '../lines.ts';
import { type Checkpoint, EXPORT_FORMAT, signStatement } from '../statements.ts';

/** What the table of acts of these tests repeats; entries 3 and 6 have no fleet, entry 4 no person. */
const ACTS: ReadonlyArray<Partial<ChainedEntry>> = [
  {
    actor: 'alice',
    verb: 'rollout.create',
    object: 'rollout r-1',
    after: { plan: 'p', shares: [0.01, 0.1, 1] },
  },
  {
    actor: 'bob',
    factor: 'passkey',
    verb: 'rollout.approve',
    object: 'rollout r-1',
    because: '„ja“, geprüft ✓',
  },
  {
    actor: 'admin',
    fleet: null,
    factor: 'totp',
    verb: 'person.invite',
    object: 'person zoë',
    after: { roles: { main: ['viewer'] } },
  },
  {
    actor: 'judge',
    person: null,
    origin: 'engine',
    verb: 'rollout.halted',
    object: 'rollout r-1',
    because: '4 of 4 devices: 0x45\nand "more" \u0001 \ud83d\udd25',
  },
  {
    actor: 'carol',
    verb: 'rollout.recall',
    object: 'rollout r-1',
    before: { phase: 'halted', p: 1e-7 },
    after: { phase: 'recalling', e: 1.5e300, n: -0.25 },
  },
  {
    actor: 'admin',
    fleet: null,
    verb: 'policy.set',
    object: 'policy',
    before: null,
    after: { windows: [], z: { a: null, b: false } },
  },
];

export function chainOf(count: number): HashedEntry[] {
  const entries: HashedEntry[] = [];
  for (let seq = 1; seq <= count; seq++) {
    const act = ACTS[(seq - 1) % ACTS.length] ?? {};
    const person = act.actor ?? 'alice';
    entries.push(
      hashed({
        seq,
        at: 1_795_510_800_000 + seq * 61_000,
        fleet: 'main',
        actor: person,
        person,
        origin: '192.0.2.7',
        factor: null,
        verb: '',
        object: '',
        because: 'because it has to be',
        before: null,
        after: null,
        ...act,
        previous: entries.at(-1)?.hash ?? GENESIS,
      }),
    );
  }
  return entries;
}

/** The same entry with the hash that belongs to it. */
export function hashed({ seq, ...entry }: ChainedEntry & { hash?: string }): HashedEntry {
  const whole = { seq, ...entry };
  return { ...whole, hash: hashEntry(whole) };
}

export interface Exported {
  readonly lines: string[];
  readonly key: KeyPair;
}

/** @param at sequence numbers after which a checkpoint stands */
export function exported(
  entries: readonly HashedEntry[],
  at: readonly number[],
  key: KeyPair = generateKey(),
): Exported {
  const publicKey = key.public.keyval.public;
  const organisation = 'main';
  const header = statementLine(
    {
      header: {
        format: EXPORT_FORMAT,
        organisation,
        exportedAt: 1_795_600_000_000,
        entries: entries.length,
        keyid: key.keyid,
        publicKey,
        keys: { [key.keyid]: publicKey },
      },
    },
    key,
  );
  const lines = [header];
  let number = 0;
  for (const entry of entries) {
    lines.push(entryLine(entry));
    if (!at.includes(entry.seq)) continue;
    const { seq, hash } = entry;
    const checkpoint: Checkpoint = {
      organisation,
      number: ++number,
      seq,
      hash,
      at: entry.at,
      keyid: key.keyid,
    };
    lines.push(checkpointLine(checkpoint, signStatement({ checkpoint }, key)));
  }
  lines.push(endOf(lines, entries, number, key));
  return { lines, key };
}

export function endOf(
  lines: readonly string[],
  entries: readonly HashedEntry[],
  checkpoints: number,
  key: KeyPair,
): string {
  const end = {
    organisation: 'main',
    entries: entries.length,
    checkpoints,
    hash: entries.at(-1)?.hash ?? GENESIS,
    header: hashText((lines[0] ?? '').slice(0, -1)),
    at: 1_795_600_000_000,
    keyid: key.keyid,
  };
  return statementLine({ end }, key);
}
