import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { Cost, IncidentView } from '@tuesday/protocol';
import { useState } from 'react';
import { refusalFor } from '../session/allowed.ts';
import { useSession } from '../session/context.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { PricesForm } from './prices-form.tsx';
import { ITEMS, moneyWords } from './words.ts';

interface Props {
  view: IncidentView;
  onChanged: () => Promise<void>;
}

/** What it costs, what it will, and what it would have; each figure says from what it was computed. */
export function CostCard({ view: { cost }, onChanged }: Props) {
  const { account } = useSession().session;
  const [editing, setEditing] = useState(false);
  const sums = [
    [t`So far`, cost.soFar],
    [t`If nothing more is done`, cost.ifNothing],
    ...(cost.wholeFleet ? ([[t`Had nothing stopped it`, cost.wholeFleet]] as const) : []),
  ] as const;
  const most = Math.max(1, ...sums.map(([, { total }]) => total));
  return (
    <Card title={t`Cost`}>
      <div className="mt-3 grid gap-4">
        {sums.map(([name, sum]) => (
          <Sum key={name} name={name} sum={sum} share={sum.total / most} />
        ))}
      </div>
      <p className="mt-4 text-sm text-pretty text-ink-2">{cost.prices}</p>
      <Button
        kind="quiet"
        small
        className="mt-3"
        refusal={refusalFor(account, 'administer')}
        onClick={() => setEditing(true)}
      >
        <Trans>Change the prices</Trans>
      </Button>
      {editing && <PricesForm onSet={onChanged} onClose={() => setEditing(false)} />}
    </Card>
  );
}

function Sum({ name, sum, share }: { name: string; sum: Cost & { supposing: string }; share: number }) {
  const unknown = sum.lines
    .filter(({ amount }) => amount === null)
    .map(({ item }) => ITEMS[item].toLowerCase())
    .join(', ');
  return (
    <div>
      <h3 className="text-sm text-ink-2">{name}</h3>
      <p className="num text-2xl font-semibold tracking-tight">
        {moneyWords(sum.total, sum.currency)}
        {unknown !== '' && (
          <span className="text-sm font-normal tracking-normal text-ink-2">
            {' '}
            <Trans>without {unknown}</Trans>
          </span>
        )}
      </p>
      <div aria-hidden className="mt-1 h-1.5 rounded-full bg-sunken">
        <div className="h-full min-w-1 rounded-full bg-bad" style={{ width: `${share * 100}%` }} />
      </div>
      <details className="mt-1 text-sm">
        <summary className="min-h-8 cursor-pointer content-center text-accent underline underline-offset-4">
          <Trans>
            What it is made of<span className="sr-only">: {name}</span>
          </Trans>
        </summary>
        <p className="mt-1 text-pretty text-ink-2">{sum.supposing}</p>
        <dl className="num mt-2 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5">
          {sum.lines.map(({ item, amount, from }) => (
            <div key={item} className="contents">
              <dt>{ITEMS[item]}</dt>
              <dd>
                <span className="font-medium">
                  {amount === null ? t`not known` : moneyWords(amount, sum.currency)}
                </span>
                <span className="block text-ink-2">{from}</span>
              </dd>
            </div>
          ))}
        </dl>
      </details>
    </div>
  );
}
