import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { RiskView } from '@tuesday/protocol';
import { CircleAlert, CircleCheck, CircleHelp, Info } from 'lucide-react';
import { call } from '../api.ts';
import { Answered } from '../ui/answered.tsx';
import { Card } from '../ui/card.tsx';
import { useAsked } from '../ui/use-asked.ts';

const LEVELS = {
  calm: { Icon: CircleCheck, look: 'text-good', word: t`as it should be` },
  note: { Icon: Info, look: 'text-warn', word: t`worth knowing` },
  high: { Icon: CircleAlert, look: 'text-bad', word: t`think twice` },
  unknown: { Icon: CircleHelp, look: 'text-ink-2', word: t`nobody can say` },
} as const;

/** What speaks for and against starting now. No probability: nobody knows one. */
export function Risk({ rollout }: { rollout: string }) {
  const asked = useAsked(`risk ${rollout}`, () => call('viewRisk', { params: { rollout } }), 60_000, [
    'rollout',
    'policy',
    'release',
    'roster',
  ]);
  return (
    <Card title={t`Risk`} lead={t`Facts about starting now, and what they rest on.`}>
      <div className="mt-3">
        <Answered quiet asked={asked} what={t`the risk`} command={`tuesday rollout risk ${rollout}`}>
          {(risk) => <Facts risk={risk} />}
        </Answered>
      </div>
    </Card>
  );
}

function Facts({ risk: { facts, context } }: { risk: RiskView }) {
  return (
    <>
      <ul className="rows text-sm">
        {facts.map(({ what, level, because }) => {
          const { Icon, look, word } = LEVELS[level];
          return (
            <li key={what} className="grid grid-cols-[1.25rem_1fr] gap-x-3 py-2.5">
              <Icon size={18} aria-hidden className={`mt-0.5 ${look}`} />
              <p className="min-w-0">
                <span className="font-semibold">{what}</span>
                <span className={`ml-2 ${look}`}>{word}</span>
                <span className="block text-pretty text-ink-2">{because}</span>
              </p>
            </li>
          );
        })}
      </ul>
      {context.length > 0 && (
        <details className="mt-2 text-sm text-ink-2">
          <summary className="min-h-11 cursor-pointer py-2.5 font-medium">
            <Trans>What the industry reports</Trans>
          </summary>
          <ul className="grid gap-2">
            {context.map(({ figure, source }) => (
              <li key={figure}>
                {figure} <span className="text-xs">({source})</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
