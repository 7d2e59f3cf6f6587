import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { HaltAnswer, RolloutView } from '@tuesday/protocol';
import { type SubmitEvent, useEffect, useRef, useState } from 'react';
import { call } from '../api.ts';
import { failureOf } from '../ui/failure.ts';
import { type ActName, actWords } from './acts.ts';
import { HaltedInMemory } from './halted-in-memory.tsx';
import { SendOrNot } from '../ui/send-or-not.tsx';

interface Props {
  name: ActName;
  view: RolloutView;
  onClose: () => void;
}

/** Asks for the reason, sends it, and shows what the server answers. The page follows over the stream. */
export function ConfirmAct({ name, view, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [because, setBecause] = useState('');
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const [unwritten, setUnwritten] = useState<HaltAnswer>();
  const words = actWords(name, view);
  useEffect(() => dialog.current?.showModal(), []);

  const missing = because.trim() === '' ? t`Say why first: one sentence is enough.` : undefined;
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (missing !== undefined || busy) return;
    setBusy(true);
    try {
      const answer = await call(name, {
        params: { rollout: view.rollout },
        body: { because: because.trim() },
      });
      if ('durable' in answer && !answer.durable) setUnwritten(answer);
      else dialog.current?.close();
    } catch (failed) {
      setError(failureOf(failed, words.command).words);
      setBusy(false);
    }
  };
  const red = name === 'haltRollout' || name === 'recallRollout';
  return (
    <dialog
      ref={dialog}
      aria-labelledby="act-title"
      className="m-auto w-[min(34rem,calc(100vw-2rem))] rounded-2xl border border-line bg-surface p-6 text-ink shadow-2xl max-sm:mb-4"
      onClose={onClose}
    >
      {unwritten ? (
        <HaltedInMemory answer={unwritten} onClose={() => dialog.current?.close()} />
      ) : (
        <form onSubmit={(event) => void submit(event)}>
          <h2 id="act-title" className="text-xl font-semibold tracking-tight">
            {words.title}
          </h2>
          <p className="mt-2 text-ink-2">{words.consequence}</p>
          <label htmlFor="because" className="mt-5 block text-sm font-medium">
            <Trans>Because</Trans>
          </label>
          <textarea
            id="because"
            rows={3}
            maxLength={1_000}
            className="input mt-2 p-3"
            aria-describedby="because-note because-problem"
            value={because}
            onChange={(event) => setBecause(event.target.value)}
          />
          <p id="because-note" className="mt-1 text-sm text-ink-2">
            <Trans>Kept in the audit log, and shown to everybody on this page.</Trans>
          </p>
          <p id="because-problem" role="alert" className="mt-2 min-h-6 text-sm wrap-anywhere text-bad">
            {error}
          </p>
          <SendOrNot
            act={words.button}
            kind={red ? 'red' : 'primary'}
            className="mt-3"
            refusal={busy ? t`Sending …` : missing}
            onClose={() => dialog.current?.close()}
          />
        </form>
      )}
    </dialog>
  );
}
