import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { TimelineEntry, TimelineView } from '@tuesday/protocol';
import { useState } from 'react';
import { call } from '../api.ts';
import { useSession } from '../session/context.ts';
import { exactWords } from '../time.ts';
import { Answered } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { ToneIcon } from '../ui/tone-icon.tsx';
import { useAsked } from '../ui/use-asked.ts';
import { entryWords } from './story-words.ts';
import { Moment } from '../ui/moment.tsx';

const FIRST = 30;

/** What happened to the device, newest first, and its boots. */
export function Story({ device }: { device: string }) {
  const asked = useAsked(`timeline ${device}`, () => call('viewTimeline', { params: { device } }), 10_000, [
    `device ${device}`,
    'rollout',
    'devices',
  ]);
  return (
    <div className="grid gap-6">
      <Answered asked={asked} what={t`its story`} command={`tuesday device timeline ${device}`} quiet>
        {({ entries, boots }) => (
          <>
            <Boots boots={boots} />
            <Timeline entries={entries} />
          </>
        )}
      </Answered>
    </div>
  );
}

function Boots({ boots }: { boots: TimelineView['boots'] }) {
  const { zone } = useSession().session;
  return (
    <Card
      title={t`Boots`}
      lead={t`As far as its reports show: another slot, version or attempt than before.`}
    >
      {boots.length === 0 ? (
        <p className="mt-3 text-sm text-ink-2">
          <Trans>No report of it is kept yet.</Trans>
        </p>
      ) : (
        <ol className="rows num mt-2 text-sm">
          {boots.slice(0, 8).map((one) => (
            <li
              key={`${one.at} ${one.attempts}`}
              className="grid grid-cols-[1fr_auto] items-baseline gap-x-4 py-2.5 sm:grid-cols-[5rem_6rem_1fr_auto]"
            >
              <span className="order-1 font-semibold">{one.version ?? t`unknown`}</span>
              <span className="order-3 text-ink-2 sm:order-2">
                <Trans>slot {one.slot}</Trans>
              </span>
              <span className="order-2 text-right sm:order-3 sm:text-left">
                {one.on === 'trial' ? t`on trial, boot ${one.attempts} of 3` : one.on}
              </span>
              <span className="order-4 text-right text-ink-2">
                <Moment at={one.at} zone={zone} />
              </span>
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}

function Timeline({ entries }: { entries: readonly TimelineEntry[] }) {
  const [all, setAll] = useState(false);
  const shown = all ? entries : entries.slice(0, FIRST);
  return (
    <Card
      title={t`What happened`}
      lead={t`Every offer, report, outcome and refusal, and what people did. The newest 200 events are kept, for 90 days.`}
    >
      <ol className="mt-3">
        {shown.map((entry, index) => (
          <Entry key={`${entry.at} ${entry.kind} ${index}`} entry={entry} />
        ))}
      </ol>
      {shown.length < entries.length && (
        <Button kind="quiet" small className="mt-3" onClick={() => setAll(true)}>
          {t`Show ${entries.length - shown.length} more`}
        </Button>
      )}
    </Card>
  );
}

function Entry({ entry }: { entry: TimelineEntry }) {
  const { zone } = useSession().session;
  const { tone, title, detail } = entryWords(entry);
  return (
    <li className="grid grid-cols-[1.5rem_1fr] gap-x-2 border-l-2 border-line pb-4 pl-3 last:pb-0">
      <span className="pt-0.5">
        <ToneIcon tone={tone} />
      </span>
      <div className="min-w-0">
        <p className="flex flex-wrap items-baseline justify-between gap-x-4">
          <span className="font-semibold wrap-anywhere">{title}</span>
          <span className="text-sm text-ink-2" title={exactWords(entry.at, zone)}>
            <Moment at={entry.at} zone={zone} />
          </span>
        </p>
        {detail !== '' && <p className="text-sm text-pretty wrap-anywhere text-ink-2">{detail}</p>}
      </div>
    </li>
  );
}
