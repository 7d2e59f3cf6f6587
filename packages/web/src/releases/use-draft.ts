/** The form's memory: what is typed, which fields were left, and what the server refused. */
import { t } from '@lingui/core/macro';
import { useEffect, useRef, useState } from 'react';
import type { Failure } from '../ui/failure.ts';
import { digestOf } from './digest.ts';
import { type Draft, EMPTY, type Picked } from './draft.ts';
import { guessHardware } from './guess.ts';

export interface DraftHolder {
  draft: Draft;
  /** Changes fields; what the server refused about them is forgotten. */
  change: (change: Partial<Draft>) => void;
  add: (files: readonly File[], known: readonly string[]) => void;
  rename: (id: number, hardware: string) => void;
  remove: (id: number) => void;
}

let ids = 0;

export function useDraft(onChanged: () => void): DraftHolder {
  const [draft, setDraft] = useState(EMPTY);
  const reading = useRef(new Map<number, AbortController>());
  useEffect(() => {
    const all = reading.current;
    return () => all.forEach((one) => one.abort());
  }, []);

  const patch = (id: number, change: Partial<Picked>) =>
    setDraft((before) => ({
      ...before,
      files: before.files.map((one) => (one.id === id ? { ...one, ...change } : one)),
    }));

  const digest = async ({ id, file }: Picked) => {
    const control = new AbortController();
    reading.current.set(id, control);
    let shown = 0;
    // The whole form is judged anew with each change, so a large file tells of each hundredth only.
    const onRead = (read: number) => {
      if (read - shown < file.size / 100) return;
      shown = read;
      patch(id, { read });
    };
    try {
      patch(id, { sha256: await digestOf(file, onRead, control.signal) });
    } catch {
      if (!control.signal.aborted)
        patch(id, { broken: t`${file.name} cannot be read any more; remove it and choose it again.` });
    }
  };

  return {
    draft,
    change: (change) => {
      onChanged();
      setDraft((before) => ({ ...before, ...change }));
    },
    add: (files, known) => {
      onChanged();
      const picked = files.map((file) => ({
        id: ++ids,
        file,
        hardware: guessHardware(file.name, known),
        read: 0,
        sha256: undefined,
        broken: undefined,
      }));
      setDraft((before) => ({ ...before, files: [...before.files, ...picked] }));
      for (const one of picked) void digest(one);
    },
    rename: (id, hardware) => {
      onChanged();
      patch(id, { hardware });
    },
    remove: (id) => {
      onChanged();
      reading.current.get(id)?.abort();
      setDraft((before) => ({ ...before, files: before.files.filter((one) => one.id !== id) }));
    },
  };
}

/** @returns the field that the server named, as the form calls it */
export function refusedAt(failure: Failure | undefined): Readonly<Record<string, string>> {
  const field = failure?.field;
  if (failure === undefined || field === undefined) return {};
  // Whatever is wrong inside a file of codes is mended in the file.
  const [first = ''] = field.split('.');
  return { [first === 'artifacts' ? field : first]: failure.words };
}
