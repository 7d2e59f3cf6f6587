import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { GlassAct, GlassView, Policy } from '@tuesday/protocol';
import { Siren } from 'lucide-react';
import { useState } from 'react';
import { call } from '../api.ts';
import { Proof } from '../factor/proof.tsx';
import { breakGlassPurpose } from '../factor/purposes.ts';
import { refusalFor } from '../session/allowed.ts';
import { useSession } from '../session/context.ts';
import { Card } from '../ui/card.tsx';
import { Area, Choice, Field } from '../ui/field.tsx';
import { useAsked } from '../ui/use-asked.ts';
import { GLASS_ACTS } from './words.ts';
import { Moment } from '../ui/moment.tsx';

interface Props {
  /** Of the policy; undefined until it is known. */
  rules: Policy['breakGlass'] | undefined;
  onBroken: () => Promise<void>;
}

const ACTS = Object.keys(GLASS_ACTS) as GlassAct[];

export function GlassForm({ rules, onBroken }: Props) {
  const { account, zone } = useSession().session;
  const [act, setAct] = useState<GlassAct>('recall');
  const [object, setObject] = useState('');
  const [because, setBecause] = useState('');
  const [broken, setBroken] = useState<GlassView>();
  const words = GLASS_ACTS[act];
  const missing =
    object.trim() === ''
      ? words.object === 'device'
        ? t`Say which device first.`
        : t`Say which rollout first.`
      : because.trim() === ''
        ? t`Say why first: one sentence is enough.`
        : undefined;
  if (broken)
    return (
      <Card title={t`The glass is broken`}>
        <p className="mt-2">
          <Trans>
            Until{' '}
            <strong className="num">
              <Moment at={broken.expiresAt} zone={zone} />
            </strong>{' '}
            you may do this alone: {words.label.toLowerCase()}, {broken.object}. Everybody has been told.
            Another person must close the review by{' '}
            <strong className="num">
              <Moment at={broken.review.dueAt} zone={zone} />
            </strong>
            .
          </Trans>
        </p>
      </Card>
    );
  return (
    <Card title={t`Break it`} className="border-red">
      <div className="mt-4 grid gap-5">
        <fieldset>
          <legend className="text-sm font-medium">
            <Trans>What must happen</Trans>
          </legend>
          <div className="mt-2 grid gap-2">
            {ACTS.map((one) => (
              <label
                key={one}
                className="flex min-h-12 items-center gap-3 rounded-lg border border-line-strong px-3 py-2.5 has-checked:border-accent has-checked:bg-accent-soft"
              >
                <input
                  type="radio"
                  name="act"
                  className="size-5 shrink-0 accent-(--accent)"
                  checked={act === one}
                  onChange={() => {
                    setAct(one);
                    setObject('');
                  }}
                />
                <span className="font-medium">{GLASS_ACTS[one].label}</span>
              </label>
            ))}
          </div>
        </fieldset>
        <Which what={words.object} value={object} onChoose={setObject} />
        <Area
          label={t`Why`}
          hint={t`Everybody reads it now, and the reviewer later.`}
          maxLength={1_000}
          value={because}
          onChange={(event) => setBecause(event.target.value)}
        />
        <section aria-label={t`What follows`} className="rounded-lg bg-bad-soft p-4 text-sm">
          <p className="flex items-center gap-2 font-semibold text-bad">
            <Siren size={18} aria-hidden /> <Trans>What follows</Trans>
          </p>
          <ul className="mt-2 grid list-disc gap-1.5 pl-5 text-pretty">
            <li>{words.consequence}</li>
            <li>
              <Trans>
                It lasts {rules?.lasts ?? t`as long as the policy says`} and lets this one act through,
                nothing else.
              </Trans>
            </li>
            <li>
              <Trans>Everybody is told at once, with your name and your reason.</Trans>
            </li>
            <li>
              <Trans>
                Another person must close a review within {rules?.reviewWithin ?? t`the time of the policy`}.
                Until then the console is red for everybody.
              </Trans>
            </li>
            <li>
              <Trans>It never pushes an ordinary release forward.</Trans>
            </li>
          </ul>
        </section>
        <Proof
          red
          act={t`Break the glass`}
          purpose={breakGlassPurpose(act, object.trim())}
          refusal={refusalFor(account, 'break-glass') ?? missing}
          command={`tuesday break-glass ${act} ${object.trim() === '' ? `<${words.object}>` : object.trim()} --because "…"`}
          onProved={async (factor) => {
            const body = { act, object: object.trim(), because: because.trim(), factor };
            setBroken(await call('breakGlass', { body }));
            await onBroken();
          }}
        />
      </div>
    </Card>
  );
}

/** Rollouts are few and chosen from a list; devices are many and named. */
function Which({
  what,
  value,
  onChoose,
}: {
  what: 'rollout' | 'device';
  value: string;
  onChoose: (id: string) => void;
}) {
  const asked = useAsked('rollouts to choose', () => call('listRollouts'), 60_000, ['rollout']);
  const rollouts = asked.data?.rollouts ?? [];
  if (what === 'device' || rollouts.length === 0)
    return (
      <Field
        label={what === 'device' ? t`Which device` : t`Which rollout`}
        hint={t`Its id, as “tuesday ${what} list” prints it.`}
        autoCapitalize="none"
        spellCheck={false}
        value={value}
        onChange={(event) => onChoose(event.target.value)}
      />
    );
  const options = rollouts.map(
    ({ rollout, name, phase }) => [rollout, `${name} (${phase}, ${rollout})`] as const,
  );
  return (
    <Choice
      label={t`Which rollout`}
      value={value}
      options={[['', t`choose one`], ...options]}
      onChoose={onChoose}
    />
  );
}
