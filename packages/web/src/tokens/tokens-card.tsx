import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { TokenListView } from '@tuesday/protocol';
import { useState } from 'react';
import { call } from '../api.ts';
import { refusalFor } from '../session/allowed.ts';
import { useSession } from '../session/context.ts';
import { bothWords } from '../time.ts';
import { Answered } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Empty } from '../ui/empty.tsx';
import { Problem } from '../ui/problem.tsx';
import { type Asked, useAsked } from '../ui/use-asked.ts';
import { useSend } from '../ui/use-send.ts';
import { MakeToken } from './make-token.tsx';

type Listed = TokenListView['tokens'][number];

/** @param mine only those that this person made; everybody may make some, admins see them all */
export function TokensCard({ mine = false }: { mine?: boolean }) {
  const { account } = useSession().session;
  const [making, setMaking] = useState(false);
  const unseen = refusalFor(account, 'administer');
  const asked = useAsked<TokenListView>(
    'tokens',
    () => (unseen === undefined ? call('listTokens') : Promise.resolve({ tokens: [] })),
    15_000,
    ['token'],
  );
  return (
    <Card
      title={mine ? t`Your API tokens` : t`API tokens`}
      lead={t`For scripts and build servers. A token has at most the roles of whoever made it, and no second factor: it cannot approve.`}
    >
      <div className="mt-3 grid gap-3">
        {unseen === undefined ? (
          <Answered asked={asked} what={t`the tokens`} command="tuesday token list">
            {({ tokens }) => (
              <List
                tokens={mine ? tokens.filter(({ madeBy }) => madeBy === account.name) : tokens}
                asked={asked}
              />
            )}
          </Answered>
        ) : (
          <p className="text-sm text-ink-2">
            <Trans>Admins see the tokens that exist. You can make one all the same.</Trans>
          </p>
        )}
      </div>
      <Button kind="quiet" small className="mt-4 sm:max-w-64" onClick={() => setMaking(true)}>
        <Trans>Make a token</Trans>
      </Button>
      {making && <MakeToken onMade={() => void asked.again()} onClose={() => setMaking(false)} />}
    </Card>
  );
}

function List({ tokens, asked }: { tokens: readonly Listed[]; asked: Asked<TokenListView> }) {
  const { busy, failure, send } = useSend();
  const revoke = (token: string) =>
    send(async () => {
      await call('revokeToken', { params: { token } });
      await asked.again();
    });
  if (tokens.length === 0)
    return (
      <Empty command="tuesday token create ci --roles operator">
        <Trans>None yet. From a terminal:</Trans>
      </Empty>
    );
  return (
    <>
      <Problem failure={failure} />
      <ul className="rows">
        {tokens.map((one) => (
          <Row key={one.token} one={one} busy={busy} onRevoke={() => void revoke(one.token)} />
        ))}
      </ul>
    </>
  );
}

function Row({ one, busy, onRevoke }: { one: Listed; busy: boolean; onRevoke: () => void }) {
  const { zone } = useSession().session;
  const used = one.lastUsedAt === null ? t`not used yet` : t`last used ${bothWords(one.lastUsedAt, zone)}`;
  const ends = one.expiresAt === null ? t`does not expire` : t`expires ${bothWords(one.expiresAt, zone)}`;
  return (
    <li className="flex flex-wrap items-center gap-3 py-3 text-sm">
      <div className="min-w-0 flex-1 basis-56">
        <p className="font-semibold wrap-anywhere">{one.label}</p>
        <p className="num text-ink-2">
          <Trans>
            {one.roles.join(', ')} in {one.fleet}, by {one.madeBy ?? t`the first run`}, {used}, {ends}
          </Trans>
        </p>
      </div>
      <Button kind="quiet" small refusal={busy ? t`Sending …` : undefined} onClick={onRevoke}>
        <Trans>
          Revoke<span className="sr-only"> {one.label}</span>
        </Trans>
      </Button>
    </li>
  );
}
