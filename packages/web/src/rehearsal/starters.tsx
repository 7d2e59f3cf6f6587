import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { Composition } from '@tuesday/protocol';
import {
  affectedSlice,
  commonQuestions,
  fridayIncident,
  type WhatIf,
  whatIfText,
  whatIfWords,
} from '@tuesday/simulator/what-if';
import { Flame } from 'lucide-react';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { MOST } from './address.ts';

interface Props {
  composition: Composition;
  asked: readonly WhatIf[];
  /** Beside what was asked already. */
  quiet?: boolean;
  onAsk: (more: readonly WhatIf[]) => void;
}

/** Questions that one press asks. */
export function Starters({ composition, asked, quiet = false, onAsk }: Props) {
  const slice = affectedSlice(composition);
  const lines = new Set(asked.map(whatIfText));
  const friday = fridayIncident(slice);
  const questions = commonQuestions(slice).filter((one) => !lines.has(whatIfText(one)));
  const refusal =
    asked.length >= MOST ? t`More than ${MOST} at once nobody compares; remove one.` : undefined;
  const isAsked = friday.every((one) => lines.has(whatIfText(one)));
  return (
    <Card
      title={quiet ? t`Ask more` : t`What if Friday happened to this fleet?`}
      {...(quiet
        ? {}
        : {
            lead: t`On a Friday at 17:30 a release goes to everybody at once. Where ${slice === undefined ? t`it is` : t`${slice.attribute} is ${slice.value}`} devices die one to three hours later, and nobody notices. Watch it happen, and beside it what your plan makes of the same fault.`,
          })}
    >
      <div className="mt-4 grid gap-4">
        {!isAsked && (
          <Button
            kind={quiet ? 'quiet' : 'primary'}
            small={quiet}
            className={quiet ? '' : 'sm:w-fit'}
            refusal={refusal}
            onClick={() => onAsk(friday)}
          >
            <Flame size={18} aria-hidden /> <Trans>The Friday incident</Trans>
          </Button>
        )}
        {!quiet && (
          <h3 className="font-semibold">
            <Trans>Or ask something smaller</Trans>
          </h3>
        )}
        <ul className={`grid gap-3 ${quiet ? '' : 'sm:grid-cols-2'}`}>
          {questions.map((one) => (
            <li key={one.name} className={quiet ? '' : 'rounded-xl border border-line p-3'}>
              <Button kind="quiet" small refusal={refusal} onClick={() => onAsk([one])}>
                {one.name}
              </Button>
              {!quiet && <p className="mt-2 text-sm text-pretty text-ink-2">{whatIfWords(one)}</p>}
            </li>
          ))}
        </ul>
      </div>
    </Card>
  );
}
