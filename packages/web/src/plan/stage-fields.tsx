import { plural, t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Trash2 } from 'lucide-react';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import type { Problems, StageDraft } from './draft.ts';

interface Props {
  index: number;
  stage: StageDraft;
  problems: Problems;
  /** Why it cannot be taken out. */
  stays?: string | undefined;
  onChange: (stage: StageDraft) => void;
  onRemove: () => void;
}

const NUMBER = { inputMode: 'decimal', autoComplete: 'off' } as const;
const PLAIN = { autoCapitalize: 'none', autoComplete: 'off', spellCheck: false } as const;

/** One stage: to how much of the fleet, how slowly, and how long it is watched. */
export function StageFields({ index, stage, problems, stays, onChange, onRemove }: Props) {
  const at = (field: string) => problems[`stages.${index}.${field}`];
  const set = (key: 'share' | 'soak' | 'pace' | 'maxBad' | 'minProven' | 'minBadDevices') => ({
    value: stage[key],
    onChange: (event: { target: { value: string } }) => onChange({ ...stage, [key]: event.target.value }),
  });
  return (
    <fieldset className="min-w-0 border-t border-line pt-4">
      <legend className="sr-only">
        <Trans>Stage {index + 1}</Trans>
      </legend>
      <div className="flex items-center justify-between gap-3">
        <h3 className="font-semibold" aria-hidden>
          <Trans>Stage {index + 1}</Trans>
        </h3>
        <Button kind="quiet" small refusal={stays} onClick={onRemove}>
          <Trash2 size={16} aria-hidden />{' '}
          <span className="sr-only">
            <Trans>Take out stage {index + 1}</Trans>
          </span>
        </Button>
      </div>
      <div className="mt-2 grid gap-4 sm:grid-cols-3">
        <Field label={t`To, % of the fleet`} problem={at('share')} {...NUMBER} {...set('share')} />
        <Field label={t`Soak`} hint="24h, 3d" problem={at('soak')} {...PLAIN} {...set('soak')} />
        <Field
          label={t`Spread over`}
          hint={t`0s: all at once`}
          problem={at('pace')}
          {...PLAIN}
          {...set('pace')}
        />
      </div>
      <details className="mt-2" open={at('gate.maxBadShare') !== undefined || undefined}>
        <summary className="min-h-11 cursor-pointer py-2.5 text-sm font-medium">
          <Trans>Its gate</Trans>
        </summary>
        <div className="grid gap-4 sm:grid-cols-3">
          <Field
            label={t`Halts at bad, %`}
            hint={t`An outer limit; the judge halts earlier on evidence.`}
            problem={at('gate.maxBadShare')}
            {...NUMBER}
            {...set('maxBad')}
          />
          <Field
            label={t`Needs proven, %`}
            problem={at('gate.minProvenShare')}
            {...NUMBER}
            {...set('minProven')}
          />
          <Field
            label={t`Bad devices to halt`}
            problem={at('gate.minBadDevices')}
            {...NUMBER}
            {...set('minBadDevices')}
          />
        </div>
        {stage.windows !== undefined && (
          <p className="mt-3 text-sm text-ink-2">
            <Trans>
              It keeps the{' '}
              {plural(stage.windows.length, { one: 'window', other: `${stage.windows.length} windows` })} of
              its own from the plan that was taken over.
            </Trans>
          </p>
        )}
      </details>
    </fieldset>
  );
}
