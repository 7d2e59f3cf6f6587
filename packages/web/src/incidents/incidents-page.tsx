import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { IncidentLineView } from '@tuesday/protocol';
import { useState } from 'react';
import { call } from '../api.ts';
import { incidentPath } from '../route.ts';
import { refusalFor } from '../session/allowed.ts';
import { useSession } from '../session/context.ts';
import { bothWords } from '../time.ts';
import { Answered } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Empty } from '../ui/empty.tsx';
import { Link } from '../ui/link.tsx';
import { Screen } from '../ui/screen.tsx';
import { Chip } from '../ui/tone-icon.tsx';
import { useAsked } from '../ui/use-asked.ts';
import { OpenForm } from './open-form.tsx';
import { STATE_TONES } from './words.ts';
import { Moment } from '../ui/moment.tsx';

export default function IncidentsPage() {
  const { account } = useSession().session;
  const [opening, setOpening] = useState(false);
  const asked = useAsked('incidents', () => call('listIncidents', { query: {} }), 5_000, [
    'incident',
    'devices',
  ]);
  return (
    <Screen
      narrow
      title={t`Incidents`}
      lead={t`A rollout that halts opens one by itself. Each says what happens, who is harmed, who is well again, and what comes next.`}
    >
      <Button
        kind="quiet"
        className="justify-self-start"
        refusal={refusalFor(account, 'ticket')}
        onClick={() => setOpening(true)}
      >
        <Trans>Open one by hand</Trans>
      </Button>
      <Answered asked={asked} what={t`the incidents`} command="tuesday incident list">
        {({ incidents }) => <Lists incidents={incidents} />}
      </Answered>
      {opening && <OpenForm onClose={() => setOpening(false)} />}
    </Screen>
  );
}

function Lists({ incidents }: { incidents: readonly IncidentLineView[] }) {
  const live = incidents.filter(({ state }) => state !== 'closed');
  const over = incidents.filter(({ state }) => state === 'closed');
  return (
    <>
      <Card
        title={t`Now`}
        {...(live.length > 0 ? { aside: <Chip tone="bad">{t`${live.length} not closed`}</Chip> } : {})}
      >
        {live.length > 0 ? (
          <Rows incidents={live} />
        ) : (
          <Empty command={'tuesday incident open --title "…" --code 0x45 --because "…"'}>
            <Trans>
              Nothing goes wrong that we know of. Customers may know first: when they call about one error
              code, open an incident for it, and its tickets and devices are counted from then on. From a
              terminal:
            </Trans>
          </Empty>
        )}
      </Card>
      {over.length > 0 && (
        <Card title={t`Closed`}>
          <Rows incidents={over} />
        </Card>
      )}
    </>
  );
}

function Rows({ incidents }: { incidents: readonly IncidentLineView[] }) {
  const { zone } = useSession().session;
  return (
    <ul className="rows mt-2">
      {incidents.map(({ incident, title, state, because, openedAt, closedAt }) => (
        <li key={incident}>
          <Link
            to={incidentPath(incident)}
            className="-mx-2 flex flex-wrap items-start gap-x-4 gap-y-1.5 rounded-lg px-2 py-3.5 hover:bg-sunken"
          >
            <span className="min-w-0 flex-1 basis-64 wrap-anywhere">
              <span className="font-semibold">{title}</span>
              <span className="mt-0.5 line-clamp-2 text-sm text-pretty text-ink-2">{because}</span>
              <span className="num mt-0.5 block text-sm text-ink-2">
                <Trans>since</Trans> <Moment at={openedAt} zone={zone} />
                {closedAt === null ? '' : t`, closed ${bothWords(closedAt, zone)}`}
              </span>
            </span>
            <Chip tone={STATE_TONES[state]}>{state}</Chip>
          </Link>
        </li>
      ))}
    </ul>
  );
}
