import { plural, t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { CampaignPreview } from '@tuesday/protocol';
import { useEffect, useState } from 'react';
import { call } from '../api.ts';
import { numberWords } from '../rollouts/words.ts';
import { Answered } from '../ui/answered.tsx';
import { Card } from '../ui/card.tsx';
import { useAsked } from '../ui/use-asked.ts';
import { Groups, RoadRows } from './roads-card.tsx';
import { choiceOf, type Typed, wrongChoice } from './typed.ts';

/** Real milliseconds of rest before what is typed is asked about. */
const REST = 400;

/** Which roads are open for what is chosen, while it is chosen. */
export function RoadsPreview({ typed }: { typed: Typed }) {
  const chosen = Object.keys(wrongChoice(typed)).length > 0 ? '' : JSON.stringify(choiceOf(typed));
  const rested = useRested(chosen);
  return (
    <Card title={t`Which roads are open`}>
      {rested === '' ? (
        <p className="mt-2 text-sm text-pretty text-ink-2">
          <Trans>
            Choose devices and what they are to run: how many of them the server hears, which have neighbours
            in contact, and who would take the release by itself stands here then.
          </Trans>
        </p>
      ) : (
        <Asked key={rested} chosen={rested} typed={typed} />
      )}
    </Card>
  );
}

function Asked({ chosen, typed }: { chosen: string; typed: Typed }) {
  const body = JSON.parse(chosen) as ReturnType<typeof choiceOf>;
  const asked = useAsked(`roads ${chosen}`, () => call('previewRecovery', { body }), 'once');
  return (
    <div aria-live="polite">
      <Answered asked={asked} what={t`the roads`} command="tuesday recovery preview --help">
        {(preview) => <Preview preview={preview} typed={typed} />}
      </Answered>
    </div>
  );
}

function Preview({ preview, typed }: { preview: CampaignPreview; typed: Typed }) {
  const { devices, leftOut, open, first, none, groups } = preview;
  return (
    <>
      <p className="num mt-2 text-sm text-pretty">
        <strong className="font-semibold">
          {numberWords(devices)} {plural(devices, { one: 'device', other: 'devices' })}
        </strong>
        {leftOut > 0 &&
          t` (${numberWords(leftOut)} left out: in contact and well, or in a campaign that runs)`}
        {none > 0 && t`. For ${numberWords(none)} no chosen road is open`}.
      </p>
      {devices > 0 && <RoadRows roads={typed.roads} open={open} first={first} />}
      <Groups groups={groups} />
    </>
  );
}

/** A text once it has not changed for a moment. */
function useRested(text: string): string {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), REST);
    return () => clearTimeout(timer);
  }, [text]);
  return rested;
}
