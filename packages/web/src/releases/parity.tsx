import { plural, t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { ParityView } from '@tuesday/protocol';
import { OctagonX } from 'lucide-react';
import { call } from '../api.ts';
import { devicesWords } from '../rollouts/words.ts';
import { useSession } from '../session/context.ts';
import { Answered } from '../ui/answered.tsx';
import { Card } from '../ui/card.tsx';
import { CommandLine } from '../ui/command-line.tsx';
import { Chip } from '../ui/tone-icon.tsx';
import { useAsked } from '../ui/use-asked.ts';
import { ParityValues } from './parity-values.tsx';
import { cellWords, shareWords, verdictWords } from './cover-words.ts';
import { Moment } from '../ui/moment.tsx';

async function ask(version: string) {
  const [view, { policy }] = await Promise.all([
    call('viewParity', { params: { version } }),
    call('viewPolicy'),
  ]);
  return { view, bound: policy.parity.maxUntested };
}

/** Was it tested where the fleet lives? The sentences are the server's. */
export function Parity({ version }: { version: string }) {
  const asked = useAsked(`parity ${version}`, () => ask(version), 15_000, [
    `release ${version}`,
    'policy',
    'dimension',
  ]);
  const said = asked.data && verdictWords(asked.data.view);
  return (
    <div id="parity" className="min-w-0 scroll-mt-20">
      <Card
        title={said === undefined ? t`Parity` : t`Parity: ${said.title}`}
        {...(said ? { aside: <Chip tone={said.tone}>{said.chip}</Chip> } : {})}
      >
        <div className="mt-3">
          <Answered quiet asked={asked} what={t`what was tested`} command={`tuesday parity ${version}`}>
            {({ view, bound }) =>
              view.verdict === 'unasked' ? <Unasked /> : <Asked view={view} bound={bound} />
            }
          </Answered>
        </div>
      </Card>
    </div>
  );
}

function Unasked() {
  return (
    <div className="grid gap-3 text-sm text-ink-2">
      <p className="max-w-[70ch] text-pretty">
        <Trans>
          The policy declares no dimension, so nothing is compared with what the fleet runs. Name the
          attributes that matter under parity in the policy, for instance the broker:
        </Trans>
      </p>
      <CommandLine command={'tuesday policy set --file policy.yaml --because "broker versions matter"'} />
    </div>
  );
}

function Asked({ view, bound }: { view: ParityView; bound: number }) {
  return (
    <div className="grid gap-5">
      {view.because.length > 0 && (
        <div className="grid max-w-[70ch] gap-1.5 text-pretty wrap-anywhere">
          {view.because.map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
        </div>
      )}
      <NotCovered view={view} bound={bound} />
      <Failed view={view} />
      <ParityValues view={view} />
    </div>
  );
}

/** The share against what the policy allows: two numbers, and a bar with a mark. */
function NotCovered({ view: { uncovered, devices, verdict }, bound }: { view: ParityView; bound: number }) {
  const over = uncovered > bound;
  const whole = Math.min(1, Math.max(uncovered, bound) * 1.25);
  const at = (share: number) => `${whole === 0 ? 0 : Math.min(100, (100 * share) / whole)}%`;
  return (
    <div className="num max-w-[44rem] text-sm">
      <p>
        <Trans>
          <span className={`font-semibold ${over ? 'text-bad' : 'text-good'}`}>{shareWords(uncovered)}</span>{' '}
          of {devicesWords(devices)} may be in environments that are not covered; the policy allows{' '}
          <span className="font-semibold">{shareWords(bound)}</span>.
        </Trans>
      </p>
      <div aria-hidden className="relative mt-2 h-3 rounded-full bg-sunken">
        <div
          className={`h-full rounded-full ${over ? 'fill-failed' : 'fill-proven'}`}
          style={{ width: at(uncovered) }}
        />
        <div className="absolute -inset-y-1 w-0.5 bg-ink" style={{ left: at(bound) }} />
      </div>
      {verdict === 'closed' && !over && (
        <p className="mt-2 text-ink-2">
          <Trans>The share is within the bound. What closes the gate is a failed cell.</Trans>
        </p>
      )}
    </div>
  );
}

function Failed({ view: { failed } }: { view: ParityView }) {
  const { zone } = useSession().session;
  if (failed.length === 0) return null;
  return (
    <section aria-labelledby="failed-cells">
      <h3 id="failed-cells" className="font-semibold">
        {plural(failed.length, {
          one: 'The cell that failed',
          other: `The ${failed.length} cells that failed`,
        })}
      </h3>
      <ul className="mt-2 grid gap-2">
        {failed.map(({ cell, at, because, devices }) => (
          <li key={cellWords(cell)} className="rounded-lg border border-bad bg-bad-soft px-4 py-3">
            <p className="flex items-start gap-2 font-semibold text-bad">
              <OctagonX size={16} aria-hidden className="mt-1 shrink-0" />
              <span className="min-w-0 wrap-anywhere">{cellWords(cell)}</span>
            </p>
            <p className="mt-1 text-sm text-pretty wrap-anywhere">{because}</p>
            <p className="num mt-1 text-sm text-ink-2">
              <Trans>{devicesWords(devices)} of the fleet; seen</Trans> <Moment at={at} zone={zone} />
              <Trans>. It closes the gate until it passes.</Trans>
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
