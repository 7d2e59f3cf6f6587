import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { RosterView } from '@tuesday/protocol';
import { CalendarPlus } from 'lucide-react';
import { useState } from 'react';
import { call } from '../api.ts';
import { refusalFor } from '../session/allowed.ts';
import { useSession } from '../session/context.ts';
import { bothWords } from '../time.ts';
import { Answered } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Empty } from '../ui/empty.tsx';
import type { Asked } from '../ui/use-asked.ts';
import { ImportFile } from './import-file.tsx';
import { Moment } from '../ui/moment.tsx';

/**
 * Who answers now, and who comes next.
 *
 * @param quiet somebody else on the page says already that the server is away
 */
export function OnWatch({ asked, quiet }: { asked: Asked<RosterView>; quiet: boolean }) {
  const { account } = useSession().session;
  const [importing, setImporting] = useState(false);
  return (
    <Card title={t`On watch`}>
      <Answered quiet={quiet} asked={asked} what={t`the roster`} command="tuesday watch view">
        {(view) => <Roster view={view} />}
      </Answered>
      <Button
        kind="quiet"
        small
        className="mt-4 sm:max-w-64"
        refusal={refusalFor(account, 'operate')}
        onClick={() => setImporting(true)}
      >
        <CalendarPlus size={16} aria-hidden /> <Trans>Import shifts from a file</Trans>
      </Button>
      {importing && (
        <ImportFile
          title={t`Import shifts`}
          lead={t`Every event of the iCalendar file becomes an override; its summary names the person.`}
          command={'tuesday watch import shifts.ics --because "…"'}
          onSend={async (body) => {
            const answer = await call('importRoster', { body });
            await asked.again();
            return answer;
          }}
          onClose={() => setImporting(false)}
        />
      )}
    </Card>
  );
}

const FEW = 5;

function Roster({ view: { now, shifts, roster } }: { view: RosterView }) {
  const { zone } = useSession().session;
  if (roster.rotations.length === 0 && roster.overrides.length === 0)
    return (
      <Empty command={'tuesday watch set --file roster.yaml --because "…"'}>
        <Trans>
          Nobody is on any roster, so no stage opens where the policy wants a watch. Write one and set it:
        </Trans>
      </Empty>
    );
  return (
    <>
      <p
        className={`mt-2 text-2xl font-semibold tracking-tight ${now.people.length === 0 ? 'text-warn' : ''}`}
      >
        {now.people.length === 0 ? t`Nobody` : now.people.join(', ')}
      </p>
      <p className="num text-sm text-ink-2">
        {now.until === null ? t`until somebody changes the roster` : t`until ${bothWords(now.until, zone)}`}
      </p>
      <ol className="num mt-3 grid gap-1.5 text-sm">
        {shifts.slice(1, 1 + FEW).map(({ from, people }) => (
          <li key={from} className="flex justify-between gap-3">
            <span className="text-ink-2">
              <Moment at={from} zone={zone} />
            </span>
            <span className={people.length === 0 ? 'text-warn' : 'font-medium'}>
              {people.length === 0 ? t`nobody` : people.join(', ')}
            </span>
          </li>
        ))}
      </ol>
    </>
  );
}
