import { Choice, Field } from '../ui/field.tsx';
import type { PlanDraft, Problems } from './draft.ts';

const GAPS = [
  ['refuse', 'do not start'],
  ['exclude', 'start without those devices'],
  ['cap', 'start, and stop at a share'],
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
          label="Where it was not tested"
          hint="A device in an environment that failed its test is held in any case."
          value={draft.gap}
          options={GAPS}
          onChoose={(gap) => onChange({ ...draft, gap: gap as PlanDraft['gap'] })}
        />
        {draft.gap === 'cap' && (
          <Field
            label="Stops before more than, %"
            problem={problems['parity.upTo']}
            inputMode="decimal"
            {...set('upTo')}
          />
        )}
      </div>
      <details className="border-t border-line pt-2" open={wrong || undefined}>
        <summary className="min-h-11 cursor-pointer py-2.5 text-sm font-medium">More rules</summary>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field
            label="Devices of each value in stage 1"
            hint="However rare the value is."
            problem={problems['coverage']}
            inputMode="numeric"
            {...set('coverage')}
          />
          <Field
            label="Kept back as control, %"
            hint="Until the last soak ends."
            problem={problems['holdOut']}
            inputMode="decimal"
            {...set('holdOut')}
          />
          <Field label="Silent after" problem={problems['silentAfter']} {...set('silentAfter')} />
          <Field
            label="Probation"
            hint="How long a device runs it before it confirms."
            problem={problems['probation']}
            {...set('probation')}
          />
          <Field label="Watched after the last stage" problem={problems['watch']} {...set('watch')} />
        </div>
      </details>
    </>
  );
}
