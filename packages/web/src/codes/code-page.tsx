import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { CodeView } from '@tuesday/protocol';
import { useState } from 'react';
import { call } from '../api.ts';
import { addressed, devicePath, releasePath } from '../route.ts';
import { refusalFor } from '../session/allowed.ts';
import { useSession } from '../session/context.ts';
import { bothWords } from '../time.ts';
import { Answered } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Link } from '../ui/link.tsx';
import { Screen } from '../ui/screen.tsx';
import { Chip } from '../ui/tone-icon.tsx';
import { useAsked } from '../ui/use-asked.ts';
import { FillForm } from './fill-form.tsx';
import { firstSeen, healthWords, SEVERITY_TONES, STATE_TONES, STATE_WORDS } from './words.ts';
import { Moment } from '../ui/moment.tsx';

/** One code: what it means, where it was seen first, and what each release said about it. */
export default function CodePage({ code }: { code: string }) {
  const asked = useAsked(`code ${code}`, () => call('viewCode', { params: { code } }), 5_000, [
    `code ${code}`,
    'release',
    'tickets',
    'incident',
    'devices',
  ]);
  return (
    <Screen title={code} tab={t`Code ${code}`} narrow>
      <Answered asked={asked} what={t`this code`} command={`tuesday codes view ${code}`}>
        {(view) => (
          <>
            <Meaning view={view} onChanged={asked.again} />
            <Seen view={view} />
            <Releases view={view} />
          </>
        )}
      </Answered>
    </Screen>
  );
}

function Meaning({ view, onChanged }: { view: CodeView; onChanged: () => Promise<void> }) {
  const { account } = useSession().session;
  const [writing, setWriting] = useState(false);
  const { code, state, now, tickets } = view;
  return (
    <Card
      title={now?.title ?? t`Nobody has said what it means`}
      aside={<Chip tone={STATE_TONES[state]}>{STATE_WORDS[state]}</Chip>}
    >
      {now && (
        <div className="mt-3 grid max-w-[70ch] gap-4 text-pretty wrap-anywhere">
          <Said name={t`For support`} text={now.meaning} />
          <Said name={t`What the customer can do`} text={now.customer || t`Nothing is said about it.`} />
          <p className="flex flex-wrap items-center gap-2 text-sm text-ink-2">
            <Chip tone={SEVERITY_TONES[now.severity]}>{now.severity}</Chip>
            {healthWords(now.failsHealth)}
            {now.since === null ? '' : t`, since ${now.since}`}
            {Object.keys(now.texts).length > 0 && t`; also in ${Object.keys(now.texts).join(', ')}`}
          </p>
        </div>
      )}
      <p className="num mt-4 text-sm text-ink-2">
        <Trans>
          {tickets.lastDay} tickets in 24 hours, {tickets.dayBefore} in the 24 hours before.
        </Trans>
      </p>
      <div className="mt-4 flex flex-wrap items-start gap-3">
        {state !== 'documented' && (
          <Button
            kind="primary"
            small
            refusal={refusalFor(account, 'ticket')}
            onClick={() => setWriting(true)}
          >
            <Trans>Write it down</Trans>
          </Button>
        )}
        {now && (
          <a className="link min-h-10 content-center text-sm" href={addressed(`/support/${code}`)}>
            <Trans>As customers see it</Trans>
          </a>
        )}
      </div>
      {writing && <FillForm view={view} onWritten={onChanged} onClose={() => setWriting(false)} />}
    </Card>
  );
}

function Said({ name, text }: { name: string; text: string }) {
  return (
    <div>
      <h3 className="eyebrow">{name}</h3>
      <p className="mt-1 whitespace-pre-line">{text}</p>
    </div>
  );
}

function Seen({ view }: { view: CodeView }) {
  const { zone } = useSession().session;
  const { stub, owner, state } = view;
  if (!stub) return null;
  const moments = [
    ...(stub.pagedAt === null ? [] : [[t`people called`, bothWords(stub.pagedAt, zone)]]),
    ...(stub.writtenBy === null ? [] : [[t`written by`, stub.writtenBy]]),
    ...(stub.closedBy === null ? [] : [[t`documented by`, t`release ${stub.closedBy}`]]),
    ...(state === 'stub' ? [[t`looked after by`, owner ?? t`nobody in particular`]] : []),
  ];
  return (
    <Card title={t`Seen first`} lead={bothWords(stub.openedAt, zone)}>
      <dl className="num mt-4 grid gap-x-6 gap-y-2 text-sm sm:grid-cols-[10rem_1fr]">
        {[...firstSeen(view), ...moments].map(([name = '', value = '']) => (
          <div key={name} className="contents">
            <dt className="text-ink-2">{name}</dt>
            <dd className="font-medium wrap-anywhere">
              {value === stub.firstDevice ? (
                <Link to={devicePath(value)} className="underline-offset-4 hover:underline">
                  {value}
                </Link>
              ) : (
                value
              )}
            </dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

function Releases({ view }: { view: CodeView }) {
  const { zone } = useSession().session;
  if (view.releases.length === 0) return null;
  return (
    <Card
      title={t`What each release said`}
      lead={t`The newest published first. What was said stays as it was said.`}
    >
      <ul className="rows mt-2 text-sm">
        {view.releases.map(({ release, publishedAt, title, severity, failsHealth }) => (
          <li key={release} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-3">
            <Link to={releasePath(release)} className="link num w-20 shrink-0 py-1 font-semibold">
              {release}
            </Link>
            <span className="min-w-0 flex-1 basis-52 wrap-anywhere">
              {title}
              <span className="block text-ink-2">
                <Trans>{healthWords(failsHealth)}; published</Trans> <Moment at={publishedAt} zone={zone} />
              </span>
            </span>
            <Chip tone={SEVERITY_TONES[severity]}>{severity}</Chip>
          </li>
        ))}
      </ul>
    </Card>
  );
}
