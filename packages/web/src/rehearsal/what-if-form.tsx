import { t } from '@lingui/core/macro';
import type { Composition } from '@tuesday/protocol';
import {
  draftOf,
  PLAIN,
  readDraft,
  type WhatIf,
  type WhatIfDraft,
  type WhatIfField,
} from '@tuesday/simulator/what-if';
import { type SubmitEvent, useId, useState } from 'react';
import { Dialog } from '../ui/dialog.tsx';
import { Choice, Field } from '../ui/field.tsx';
import { SendOrNot } from '../ui/send-or-not.tsx';
import { HARM_WORDS, START_WORDS, STAGE_WORDS } from './words.ts';

interface Props {
  /** What is changed; undefined: a new one. */
  first: WhatIf | undefined;
  composition: Composition;
  onSave: (whatIf: WhatIf) => void;
  onClose: () => void;
}

const BOUNDS = [
  ['1', t`As they are`],
  ['10', t`10 times looser`],
  ['100', t`100 times looser`],
  ['off', t`Nothing halts by itself`],
] as const;
const PEOPLE = [
  ['roster', t`Whoever is on watch, 15 minutes after the call`],
  ['1', t`Somebody, after an hour`],
  ['18', t`Somebody, after 18 hours`],
  ['nobody', t`Nobody`],
] as const;

/** One question, field by field; every field says at once what is wrong with it. */
export function WhatIfForm({ first, composition, onSave, onClose }: Props) {
  const [draft, setDraft] = useState<WhatIfDraft>(() => draftOf(first ?? { ...PLAIN, name: t`My question` }));
  const slices = useId();
  const { whatIf, problems = [] } = readDraft(draft);
  const set = (field: WhatIfField, value: string) => setDraft({ ...draft, [field]: value });
  const typed = (field: WhatIfField) => ({
    value: draft[field],
    problem: sentence(problems.find((one) => one.field === field)?.because),
    onChange: (event: { target: { value: string } }) => set(field, event.target.value),
  });
  const chosen = (field: WhatIfField, options: ReadonlyArray<readonly [string, string]>) => ({
    value: draft[field],
    options: options.some(([value]) => value === draft[field])
      ? options
      : [...options, [draft[field], draft[field]] as const],
    onChoose: (value: string) => set(field, value),
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (whatIf === undefined) return;
    onSave(whatIf);
    onClose();
  };
  const harmless = draft.harm === 'none';
  return (
    <Dialog
      title={first === undefined ? t`A question of your own` : t`Change the question`}
      onClose={onClose}
    >
      <form noValidate className="grid gap-4" onSubmit={submit}>
        <Field label={t`Name`} maxLength={60} {...typed('name')} />
        <Choice label={t`What becomes of the devices`} {...chosen('harm', HARM_WORDS)} />
        {!harmless && (
          <div className="grid gap-4 sm:grid-cols-2">
            <Field
              label={t`Of which devices`}
              hint={t`Everybody when left out`}
              list={slices}
              {...typed('slice')}
            />
            <Field label={t`How many of them, %`} inputMode="decimal" {...typed('share')} />
            <Field label={t`Hours after the update`} hint={t`For instance 1-3`} {...typed('after')} />
            <Field label={t`Go back by themselves, %`} inputMode="decimal" {...typed('heals')} />
          </div>
        )}
        <datalist id={slices}>
          {valuesOf(composition).map((value) => (
            <option key={value} value={value}>
              {value}
            </option>
          ))}
        </datalist>
        <div className="grid gap-4 sm:grid-cols-2">
          <Choice label={t`Starts`} {...chosen('start', START_WORDS)} />
          <Choice label={t`Stages`} {...chosen('stages', STAGE_WORDS)} />
          <Choice label={t`Bounds of the judge`} {...chosen('bounds', BOUNDS)} />
          <Choice label={t`Who sends the fleet back`} {...chosen('people', PEOPLE)} />
          <Field label={t`The server is away`} hint={t`Start + length in hours: 2+6`} {...typed('down')} />
          <Field
            label={t`Devices away, % at any time`}
            hint={t`As the past shows when left out`}
            inputMode="decimal"
            {...typed('away')}
          />
        </div>
        <SendOrNot
          act={t`Play it`}
          refusal={problems.length > 0 ? t`Something above is not right yet.` : undefined}
          onClose={onClose}
        />
      </form>
    </Dialog>
  );
}

function sentence(because: string | undefined): string | undefined {
  return because === undefined ? undefined : `${because[0]?.toUpperCase()}${because.slice(1)}.`;
}

function valuesOf({ cells }: Composition): string[] {
  const all = cells.flatMap(({ environment }) =>
    Object.entries(environment).map(([attribute, value]) => `${attribute}=${value}`),
  );
  return [...new Set(all)].sort();
}
