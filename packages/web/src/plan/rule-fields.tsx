import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Choice, Field } from '../ui/field.tsx';
import type { PlanDraft, Problems } from './draft.ts';

const GAPS = [
  ['refuse', t`do not start`],
  ['exclude', t`start without those devices`],
  ['cap', t`start, and stop at a share`],
] as const;

interface Props {
  draft: PlanDraft;
  problems: Problems;
  onChange: (draft: PlanDraft) => void;
}

/** What holds for all stages; what stands there is right for most. */
export function RuleFields({ draft, problems, onChange }: Props) {
  const set = (key: 'coverage' | 'holdOut' | 'silentAfter' | 'probation' | 'watch' | 'upTo') => ({
    value: draft[key],
    onChange: (event: { target: { value: string } }) => onChange({ ...draft, [key]: event.target.value }),
    autoComplete: 'off',
  });
  const wrong = ['coverage', 'holdOut', 'silentAfter', 'probation', 'watch'].some((one) => one in problems);
  return (
    <>
      <div className="grid gap-4 border-t border-line pt-4 sm:grid-cols-2">
        <Choice
          label={t`Where it was not tested`}
          hint={t`A device in an environment that failed its test is held in any case.`}
          value={draft.gap}
          options={GAPS}
          onChoose={(gap) => onChange({ ...draft, gap: gap as PlanDraft['gap'] })}
        />
        {draft.gap === 'cap' && (
          <Field
            label={t`Stops before more than, %`}
            problem={problems['parity.upTo']}
            inputMode="decimal"
            {...set('upTo')}
          />
        )}
      </div>
      <details className="border-t border-line pt-2" open={wrong || undefined}>
        <summary className="min-h-11 cursor-pointer py-2.5 text-sm font-medium">
          <Trans>More rules</Trans>
        </summary>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field
            label={t`Devices of each value in stage 1`}
            hint={t`However rare the value is.`}
            problem={problems['coverage']}
            inputMode="numeric"
            {...set('coverage')}
          />
          <Field
            label={t`Kept back as control, %`}
            hint={t`Until the last soak ends.`}
            problem={problems['holdOut']}
            inputMode="decimal"
            {...set('holdOut')}
          />
          <Field label={t`Silent after`} problem={problems['silentAfter']} {...set('silentAfter')} />
          <Field
            label={t`Probation`}
            hint={t`How long a device runs it before it confirms.`}
            problem={problems['probation']}
            {...set('probation')}
          />
          <Field label={t`Watched after the last stage`} problem={problems['watch']} {...set('watch')} />
        </div>
      </details>
    </>
  );
}
