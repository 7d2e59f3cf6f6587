/** Bytes on their way to the server. They go on while somebody looks at other pages of the console. */
import { t } from '@lingui/core/macro';
import { useSyncExternalStore } from 'react';
import { isSignedOut, Refused } from '../api.ts';
import { type Failure, failureOf } from '../ui/failure.ts';
import { putArtifact } from './put-artifact.ts';

export interface Upload {
  readonly file: File;
  /** Bytes that have left. */
  readonly sent: number;
  /** waiting: another one goes first. broken: it may be sent again. */
  readonly state: 'waiting' | 'sending' | 'sent' | 'broken';
  readonly failure: Failure | undefined;
}

type All = ReadonlyMap<string, Upload>;
type Put = typeof putArtifact;

const keyOf = (version: string, hardware: string) => `${version}/${hardware}`;

/** One at a time, so that each gets the whole line. */
export class Uploads {
  #all: All = new Map();
  #turn: Promise<void> = Promise.resolve();
  readonly #listeners = new Set<() => void>();
  readonly #put: Put;

  constructor(put: Put = putArtifact) {
    this.#put = put;
  }

  readonly all = (): All => this.#all;

  readonly listen = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** @returns when it has been sent or has broken; a second start of what is under way does nothing */
  start(version: string, hardware: string, file: File): Promise<void> {
    const state = this.#all.get(keyOf(version, hardware))?.state;
    if (state === 'waiting' || state === 'sending') return this.#turn;
    const set = (change: Partial<Upload>) => this.#set(keyOf(version, hardware), { file, ...change });
    set({});
    this.#turn = this.#turn.then(async () => {
      set({ state: 'sending' });
      try {
        await this.#put(version, hardware, file, (sent) => set({ state: 'sending', sent }));
        set({ state: 'sent', sent: file.size });
      } catch (error) {
        set({ state: 'broken', failure: brokenOff(error) });
      }
    });
    return this.#turn;
  }

  #set(key: string, change: Pick<Upload, 'file'> & Partial<Upload>): void {
    const before: Upload = { file: change.file, sent: 0, state: 'waiting', failure: undefined };
    this.#all = new Map(this.#all).set(key, { ...before, ...change });
    for (const listener of this.#listeners) listener();
  }
}

/** Of bytes that were on their way: how far they got is told elsewhere. */
function brokenOff(error: unknown): Failure {
  const failure = failureOf(error);
  if (isSignedOut(error))
    return { ...failure, words: t`The upload broke: your session has ended. Sign in and send it again.` };
  if (error instanceof Refused) return failure;
  return { ...failure, words: t`The upload broke: the server does not answer.` };
}

export const uploads = new Uploads();

/** Of one release, by hardware. */
export function useUploads(version: string): (hardware: string) => Upload | undefined {
  const all = useSyncExternalStore(uploads.listen, uploads.all);
  return (hardware) => all.get(keyOf(version, hardware));
}

/** Whether bytes are on their way; closing the page would end them. */
export function underWay(all: All): boolean {
  return [...all.values()].some(({ state }) => state === 'waiting' || state === 'sending');
}
