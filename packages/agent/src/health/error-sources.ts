/** Where firmware raises its error codes: what it prints, a file, or the journal. */
import { readFile, stat } from 'node:fs/promises';
import type { Clock, ErrorCode } from '@tuesday/protocol';
import type { ApplicationPort } from './application.ts';
import type { Check, CheckOf } from './declared.ts';
import { codeAmong, JournalFollower, type OpenJournal } from './journal-follower.ts';

type Declared = CheckOf<'error-code'>;

export interface ErrorSourcesOptions {
  readonly checks: readonly Check[];
  readonly application: Pick<ApplicationPort, 'error'>;
  readonly clock: Clock;
  readonly openJournal: OpenJournal;
  /** A code was raised in the journal. */
  readonly onNews: () => void;
}

/** More than a code and a few words on its last line no file needs, bytes. */
const TAIL = 4_096;

const NO_FILE = 'none';

export class ErrorSources {
  readonly #application: Pick<ApplicationPort, 'error'>;
  readonly #checks: ReadonlyMap<string, Declared>;
  readonly #journals = new Map<string, JournalFollower>();
  /** By check: what its file looked like when the firmware was started. */
  readonly #before = new Map<string, Promise<string>>();

  constructor({ checks, application, clock, openJournal, onNews }: ErrorSourcesOptions) {
    this.#application = application;
    this.#checks = new Map(
      checks.flatMap((check) => (check.kind === 'error-code' ? [[check.name, check]] : [])),
    );
    for (const [name, { from }] of this.#checks) {
      if (from.source !== 'journal') continue;
      this.#journals.set(name, new JournalFollower({ ...from, clock, open: openJournal, onCode: onNews }));
    }
  }

  /** The firmware is started: what was raised before is not its doing. */
  begin(): void {
    this.end();
    for (const [name, { from }] of this.#checks) {
      if (from.source === 'file') this.#before.set(name, fingerprint(from.file));
    }
    for (const journal of this.#journals.values()) journal.begin();
  }

  end(): void {
    for (const journal of this.#journals.values()) journal.end();
  }

  /** @throws Error when a source cannot be looked at */
  async raised(check: string): Promise<ErrorCode[]> {
    const from = this.#checks.get(check)?.from;
    if (from === undefined || from.source === 'firmware') return listed(this.#application.error);
    if (from.source === 'journal') return this.#journals.get(check)?.raised ?? [];
    const now = await fingerprint(from.file);
    return now === (await this.#before.get(check)) ? [] : listed(await codeIn(from.file, now));
  }

  /** What stands now, by every source that can be looked at. */
  async all(): Promise<ErrorCode[]> {
    const names = this.#checks.size === 0 ? [''] : [...this.#checks.keys()];
    const codes = await Promise.all(names.map((name) => this.raised(name).catch(() => [])));
    return [...new Set(codes.flat())];
  }
}

function listed(code: ErrorCode | undefined): ErrorCode[] {
  return code === undefined ? [] : [code];
}

/** Equal while nobody has written the file. */
async function fingerprint(file: string): Promise<string> {
  const found = await stat(file, { bigint: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return found === undefined ? NO_FILE : `${found.ino} ${found.size} ${found.mtimeNs}`;
}

async function codeIn(file: string, fingerprinted: string): Promise<ErrorCode | undefined> {
  if (fingerprinted === NO_FILE) return undefined;
  const text = (await readFile(file)).subarray(-TAIL).toString('utf8');
  const last = text.trimEnd().split('\n').at(-1) ?? '';
  return codeAmong(last.split(/[\s":,{}]+/));
}
