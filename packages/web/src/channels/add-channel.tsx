import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { NoticeKind } from '@tuesday/protocol';
import { type SubmitEvent, useState } from 'react';
import { call } from '../api.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Choice, Field } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { ShownOnce } from '../ui/shown-once.tsx';
import { useSend } from '../ui/use-send.ts';
import { addressProblem, keyProblem, toOf, type Typed } from './to.ts';
import { type By, BY_WORDS, NOTICE_WORDS } from './words.ts';
import { SendOrNot } from '../ui/send-or-not.tsx';

const WAYS = (Object.keys(BY_WORDS) as By[]).map((by) => [by, BY_WORDS[by].label] as const);
const KINDS = (Object.keys(NOTICE_WORDS) as NoticeKind[]).filter((kind) => kind !== 'test');

export function AddChannel({ onAdded, onClose }: { onAdded: () => void; onClose: () => void }) {
  const [typed, setTyped] = useState<Typed>({ by: 'email', address: '', key: '' });
  const [name, setName] = useState('');
  const [kinds, setKinds] = useState<readonly NoticeKind[]>([]);
  const [checked, setChecked] = useState(false);
  const [secret, setSecret] = useState<string>();
  const { busy, failure, send } = useSend();
  const words = BY_WORDS[typed.by];
  const wrong = {
    name: name.trim() === '' ? t`Give it a name.` : undefined,
    address: addressProblem(typed),
    key: keyProblem(typed),
  };
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setChecked(true);
    if (busy || Object.values(wrong).some((one) => one !== undefined)) return;
    await send(async () => {
      const made = await call('addChannel', {
        body: { name: name.trim(), kinds: [...kinds], to: toOf(typed) },
      });
      onAdded();
      if (made.secret === null) onClose();
      else setSecret(made.secret);
    });
  };
  if (secret !== undefined)
    return (
      <Dialog stays title={t`The signing secret`} onClose={onClose}>
        <ShownOnce
          title={name.trim()}
          note={t`Shown once. The receiver verifies with it that a message is from this server.`}
          lines={[secret]}
        />
        <Button kind="quiet" onClick={onClose}>
          <Trans>I have kept it</Trans>
        </Button>
      </Dialog>
    );
  return (
    <Dialog title={t`Add a place`} onClose={onClose}>
      <form noValidate className="grid gap-4" onSubmit={(event) => void submit(event)}>
        <Choice
          label={t`By`}
          value={typed.by}
          options={WAYS}
          onChoose={(by) => setTyped({ ...typed, by: by as By })}
        />
        <Field
          label={t`Name`}
          placeholder="on-call"
          maxLength={64}
          value={name}
          problem={checked ? wrong.name : undefined}
          onChange={(event) => setName(event.target.value)}
        />
        <Field
          label={words.to}
          placeholder={words.placeholder}
          spellCheck={false}
          autoCapitalize="none"
          value={typed.address}
          problem={
            (checked ? wrong.address : undefined) ??
            (failure?.field?.startsWith('to') === true ? failure.words : undefined)
          }
          onChange={(event) => setTyped({ ...typed, address: event.target.value })}
        />
        {words.key !== undefined && (
          <Field
            label={words.key}
            type="password"
            autoComplete="off"
            value={typed.key}
            problem={checked ? wrong.key : undefined}
            onChange={(event) => setTyped({ ...typed, key: event.target.value })}
          />
        )}
        <Kinds kinds={kinds} onChange={setKinds} />
        {failure?.field?.startsWith('to') !== true && <Problem failure={failure} />}
        <SendOrNot act={t`Add it`} refusal={busy ? t`Sending …` : undefined} onClose={onClose} />
      </form>
    </Dialog>
  );
}

function Kinds({
  kinds,
  onChange,
}: {
  kinds: readonly NoticeKind[];
  onChange: (kinds: readonly NoticeKind[]) => void;
}) {
  return (
    <details className="text-sm">
      <summary className="min-h-11 cursor-pointer py-2.5 font-medium">
        {kinds.length === 0 ? t`Everything goes there` : t`${kinds.length} of ${KINDS.length} kinds go there`}
      </summary>
      <div className="grid sm:grid-cols-2">
        {KINDS.map((kind) => (
          <label key={kind} className="flex min-h-10 items-center gap-3">
            <input
              type="checkbox"
              className="size-5 shrink-0 accent-(--accent)"
              checked={kinds.includes(kind)}
              onChange={({ target }) =>
                onChange(target.checked ? [...kinds, kind] : kinds.filter((one) => one !== kind))
              }
            />
            {NOTICE_WORDS[kind]}
          </label>
        ))}
      </div>
    </details>
  );
}
