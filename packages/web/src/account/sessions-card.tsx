import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { SessionListView } from '@tuesday/protocol';
import { call } from '../api.ts';
import { FACTOR_WORDS } from '../factor/factor-words.ts';
import { useSession } from '../session/context.ts';
import { Answered } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Problem } from '../ui/problem.tsx';
import { useAsked } from '../ui/use-asked.ts';
import { useSend } from '../ui/use-send.ts';
import { Moment } from '../ui/moment.tsx';

type Listed = SessionListView['sessions'][number];

export function SessionsCard() {
  const asked = useAsked('sessions', () => call('listSessions'), 15_000, ['session']);
  const { busy, failure, send } = useSend();
  const end = (session: string) =>
    send(async () => {
      await call('revokeSession', { params: { session } });
      await asked.again();
    });
  return (
    <Card title={t`Sessions`} lead={t`Where you are signed in. End what you do not know.`}>
      <div className="mt-3 grid gap-3">
        <Problem failure={failure} />
        <Answered asked={asked} what={t`your sessions`}>
          {({ sessions }) => (
            <ul className="rows">
              {sessions.map((one) => (
                <Row key={one.session} one={one} busy={busy} onEnd={() => void end(one.session)} />
              ))}
            </ul>
          )}
        </Answered>
      </div>
    </Card>
  );
}

function Row({ one, busy, onEnd }: { one: Listed; busy: boolean; onEnd: () => void }) {
  const { zone } = useSession().session;
  return (
    <li className="flex flex-wrap items-center gap-3 py-3 text-sm">
      <div className="min-w-0 flex-1 basis-56">
        <p className="font-semibold wrap-anywhere">
          {one.agent === '' ? t`unknown browser` : one.agent}
          {one.current && (
            <span className="ml-2 rounded-full bg-accent-soft px-2 py-0.5 text-xs font-semibold text-accent">
              <Trans>this one</Trans>
            </span>
          )}
        </p>
        <p className="num text-ink-2">
          <Trans>
            from {one.origin}, {one.factor === null ? t`by a token` : t`by ${FACTOR_WORDS[one.factor]}`}, last
            seen
          </Trans>{' '}
          <Moment at={one.lastSeenAt} zone={zone} />
          <Trans>, ends</Trans> <Moment at={one.expiresAt} zone={zone} />
        </p>
      </div>
      {one.current ? (
        <span className="text-ink-2">
          <Trans>sign out to end it</Trans>
        </span>
      ) : (
        <Button kind="quiet" small refusal={busy ? t`Sending …` : undefined} onClick={onEnd}>
          <Trans>
            End<span className="sr-only"> the session of {one.agent}</span>
          </Trans>
        </Button>
      )}
    </li>
  );
}
