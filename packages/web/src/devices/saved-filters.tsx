import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { type SubmitEvent, useState } from 'react';
import { call } from '../api.ts';
import { refusalFor } from '../session/allowed.ts';
import { useSession } from '../session/context.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { useAsked } from '../ui/use-asked.ts';
import { useSend } from '../ui/use-send.ts';
import { SendOrNot } from '../ui/send-or-not.tsx';

interface Props {
  /** The one that is searched by. */
  filter: string;
  isWrong: boolean;
  onChoose: (filter: string) => void;
}

/** What people of this fleet search for again. */
export function SavedFilters({ filter, isWrong, onChoose }: Props) {
  const { account } = useSession().session;
  const { data, again } = useAsked('saved filters', () => call('listFilters'), 30_000, ['filter']);
  const [saving, setSaving] = useState(false);
  const { busy, failure, send } = useSend();
  const saved = data?.filters ?? [];
  const here = saved.find((one) => one.filter === filter);
  const mayNot = refusalFor(account, 'ticket');
  const remove = (name: string) =>
    send(async () => {
      await call('deleteFilter', { params: { name } });
      await again();
    });
  const why = isWrong ? t`Mend the filter first.` : mayNot;
  return (
    <div className="grid gap-3">
      {saved.length > 0 && (
        <ul aria-label={t`Saved filters`} className="flex flex-wrap gap-2">
          {saved.map((one) => (
            <li key={one.name}>
              <button
                type="button"
                aria-pressed={one === here}
                title={t`${one.filter}, by ${one.by}`}
                className={`min-h-9 rounded-full border px-3 text-sm font-medium ${one === here ? 'border-accent bg-accent-soft text-accent' : 'border-line-strong hover:bg-sunken'}`}
                onClick={() => onChoose(one.filter)}
              >
                {one.name}
              </button>
            </li>
          ))}
        </ul>
      )}
      {filter !== '' && (
        <div className="flex flex-wrap items-start gap-3">
          {here ? (
            <Button
              kind="quiet"
              small
              refusal={busy ? t`Forgetting …` : mayNot}
              onClick={() => void remove(here.name)}
            >
              {t`Forget “${here.name}”`}
            </Button>
          ) : (
            <Button kind="quiet" small refusal={why} onClick={() => setSaving(true)}>
              <Trans>Save this filter</Trans>
            </Button>
          )}
          <Problem failure={failure} />
        </div>
      )}
      {saving && <Saving filter={filter} onSaved={again} onClose={() => setSaving(false)} />}
    </div>
  );
}

function Saving({
  filter,
  onSaved,
  onClose,
}: {
  filter: string;
  onSaved: () => Promise<void>;
  onClose: () => void;
}) {
  const [name, setName] = useState('');
  const { busy, failure, send, forget } = useSend(`tuesday filter save ${name || '<name>'} '…'`);
  const isTaken = failure?.code === 'name-taken';
  const missing = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)
    ? undefined
    : t`Letters, digits, ".", "_" or "-", starting with a letter or digit.`;
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (missing !== undefined || busy) return;
    const sent = await send(() => call('saveFilter', { body: { name, filter, replace: isTaken } }));
    if (!sent) return;
    await onSaved();
    onClose();
  };
  return (
    <Dialog title={t`Save this filter`} lead={t`Everybody in the fleet can use it.`} onClose={onClose}>
      <form className="grid gap-4" onSubmit={(event) => void submit(event)}>
        <p className="rounded-lg bg-sunken px-3 py-2 font-mono text-sm wrap-anywhere">{filter}</p>
        <Field
          label={t`Name`}
          autoCapitalize="none"
          spellCheck={false}
          maxLength={64}
          value={name}
          problem={name === '' ? undefined : missing}
          onChange={(event) => {
            setName(event.target.value);
            forget();
          }}
        />
        <Problem failure={failure} />
        <SendOrNot
          act={isTaken ? t`Replace it` : t`Save`}
          refusal={busy ? t`Saving …` : missing}
          onClose={onClose}
        />
      </form>
    </Dialog>
  );
}
