import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { PolicyView } from '@tuesday/protocol';
import { CalendarPlus } from 'lucide-react';
import { useState } from 'react';
import { call } from '../api.ts';
import { addressed } from '../route.ts';
import { refusalFor } from '../session/allowed.ts';
import { useSession } from '../session/context.ts';
import { Answered } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Screen } from '../ui/screen.tsx';
import { useAsked } from '../ui/use-asked.ts';
import { Grid } from './grid.tsx';
import { ImportFile } from './import-file.tsx';
import { OnWatch } from './on-watch.tsx';
import { askPlanned } from './planned.ts';
import { policyLines, presetWords } from './policy-words.ts';

const ICS = '/v1/calendar.ics';

export default function CalendarPage() {
  const policy = useAsked('policy', () => call('viewPolicy'), 60_000, ['policy']);
  const roster = useAsked('roster', () => call('viewRoster'), 60_000, ['roster', 'policy']);
  const planned = useAsked('planned', askPlanned, 60_000, ['rollout', 'policy', 'roster']);
  return (
    <Screen title={t`Calendar`} lead={t`When stages may open, when they may not, and who is there.`}>
      <div className="grid items-start gap-6 xl:grid-cols-[1fr_22rem]">
        <Answered asked={policy} what={t`the calendar`} command="tuesday policy view">
          {({ calendar }) => (
            <Grid calendar={calendar} shifts={roster.data?.shifts ?? []} planned={planned.data ?? []} />
          )}
        </Answered>
        <div className="grid min-w-0 gap-6">
          <OnWatch asked={roster} quiet={policy.lost} />
          {policy.data && <Rules view={policy.data} onChanged={policy.again} />}
        </div>
      </div>
    </Screen>
  );
}

function Rules({ view: { policy }, onChanged }: { view: PolicyView; onChanged: () => Promise<void> }) {
  const { account } = useSession().session;
  const [importing, setImporting] = useState(false);
  return (
    <Card
      title={t`The rules`}
      aside={<span className="text-sm text-ink-2">{presetWords(policy.preset)}</span>}
    >
      <ul className="mt-3 grid gap-2 text-sm text-pretty">
        {policyLines(policy).map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <div className="mt-5 grid gap-3 border-t border-line pt-4">
        <Button kind="quiet" small refusal={refusalFor(account, 'stop')} onClick={() => setImporting(true)}>
          <CalendarPlus size={16} aria-hidden /> <Trans>Import freezes from a file</Trans>
        </Button>
        <p className="text-sm text-ink-2">
          <Trans>
            Subscribe to it in your own calendar:{' '}
            <a className="link" href={addressed(ICS)} download>
              calendar.ics
            </a>
          </Trans>
        </p>
      </div>
      {importing && (
        <ImportFile
          title={t`Import freezes`}
          lead={t`Every event of the iCalendar file becomes a freeze: nothing opens while it lasts.`}
          command={'tuesday calendar import freezes.ics --because "…"'}
          onSend={async (body) => {
            const answer = await call('importFreezes', { body });
            await onChanged();
            return answer;
          }}
          onClose={() => setImporting(false)}
        />
      )}
    </Card>
  );
}
