import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { HypothesisVerdict, HypothesisView, IncidentView } from '@tuesday/protocol';
import { useState } from 'react';
import { call } from '../api.ts';
import { numberWords } from '../rollouts/words.ts';
import type { Tone } from '../rollouts/words.ts';
import { refusalFor } from '../session/allowed.ts';
import { useSession } from '../session/context.ts';
import { Card } from '../ui/card.tsx';
import { Reasoned } from '../ui/reasoned.tsx';
import { Chip } from '../ui/tone-icon.tsx';
import { AddText } from './add-text.tsx';
import { Moment } from '../ui/moment.tsx';

interface Props {
  view: IncidentView;
  onChanged: () => Promise<void>;
}

const VERDICTS: Readonly<Record<HypothesisVerdict, readonly [Tone, string]>> = {
  open: ['calm', t`not judged`],
  supported: ['good', t`supported`],
  'ruled-out': ['bad', t`ruled out`],
};

/** What the comparison with the control names, and what people think. */
export function CauseCard({ view, onChanged }: Props) {
  const { blame, hypotheses, incident } = view;
  return (
    <Card title={t`Cause`} lead={t`What the comparison with the control names, and what people think.`}>
      <ul className="mt-3 grid gap-2">
        {blame.map((one) => (
          <li
            key={`${one.attribute} ${one.value}`}
            className="flex flex-wrap items-baseline gap-x-3 gap-y-1 rounded-lg bg-bad-soft px-3.5 py-2.5"
          >
            <span className="font-semibold wrap-anywhere">
              {one.attribute} = {one.value}
              {one.together && t` together with ${one.together.attribute} = ${one.together.value}`}
            </span>
            <span className="num text-sm">
              <Trans>
                {one.certain ? t`the culprit` : t`suspected, not proven`}: {numberWords(one.bad)} of{' '}
                {numberWords(one.offered)} went wrong
              </Trans>
            </span>
          </li>
        ))}
      </ul>
      {blame.length === 0 && (
        <p className="text-sm text-ink-2">
          <Trans>The comparison names no value of the environment.</Trans>
        </p>
      )}
      <h3 className="mt-5 font-semibold">
        <Trans>Hypotheses</Trans>
      </h3>
      {hypotheses.length === 0 ? (
        <p className="mt-1 text-sm text-ink-2">
          <Trans>
            None yet. Write down what may be the cause, also what you only suspect: whoever comes next rules
            it out or finds support for it.
          </Trans>
        </p>
      ) : (
        <ul className="rows mt-1">
          {hypotheses.map((one) => (
            <Hypothesis key={one.hypothesis} incident={incident} one={one} onChanged={onChanged} />
          ))}
        </ul>
      )}
      <AddForm incident={incident} onAdded={onChanged} />
    </Card>
  );
}

interface HypothesisProps {
  incident: string;
  one: HypothesisView;
  onChanged: () => Promise<void>;
}

function Hypothesis({ incident, one, onChanged }: HypothesisProps) {
  const { account, zone } = useSession().session;
  const [asking, setAsking] = useState<HypothesisVerdict>();
  const [tone, words] = VERDICTS[one.verdict];
  const may = refusalFor(account, 'ticket') === undefined;
  const send = async (because: string) => {
    const params = { incident, hypothesis: one.hypothesis };
    await call('judgeHypothesis', { params, body: { verdict: asking ?? 'open', because } });
    await onChanged();
  };
  const choice = (verdict: HypothesisVerdict, label: string) =>
    one.verdict !== verdict && (
      <button type="button" className="link min-h-10 text-sm" onClick={() => setAsking(verdict)}>
        {label}
        <span className="sr-only">: {one.text}</span>
      </button>
    );
  return (
    <li className="py-3">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-1.5">
        <p className="min-w-0 flex-1 basis-60 text-pretty wrap-anywhere">{one.text}</p>
        <Chip tone={tone}>{words}</Chip>
      </div>
      <p className="num mt-1 text-sm text-ink-2">
        {one.by}, <Moment at={one.at} zone={zone} />
      </p>
      {one.because !== null && (
        <p className="mt-1 text-sm text-pretty wrap-anywhere">
          {one.because} <span className="text-ink-2">({one.judgedBy})</span>
        </p>
      )}
      {may && (
        <div className="flex flex-wrap gap-x-5">
          {choice('supported', t`Support it`)}
          {choice('ruled-out', t`Rule it out`)}
        </div>
      )}
      {asking !== undefined && (
        <Reasoned
          title={asking === 'supported' ? t`What speaks for it?` : t`What speaks against it?`}
          lead={one.text}
          act={asking === 'supported' ? t`Support it` : t`Rule it out`}
          command={`tuesday incident hypothesis ${asking === 'supported' ? 'support' : 'rule-out'} ${incident} ${one.hypothesis} --because "…"`}
          onSend={send}
          onClose={() => setAsking(undefined)}
        />
      )}
    </li>
  );
}

function AddForm({ incident, onAdded }: { incident: string; onAdded: () => Promise<void> }) {
  return (
    <AddText
      label={t`What may be the cause`}
      maxLength={1_000}
      missing={t`Write one sentence first.`}
      act={t`Add the hypothesis`}
      command={`tuesday incident hypothesis add ${incident} "…"`}
      onAdd={(text) => call('addHypothesis', { params: { incident }, body: { text } })}
      onAdded={onAdded}
    />
  );
}
