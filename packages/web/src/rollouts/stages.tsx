import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { RolloutView } from '@tuesday/protocol';
import { Check, CircleDashed, Layers2, X } from 'lucide-react';
import type { Anchor } from '../time.ts';
import { coverageWords, devicesWords, numberWords } from './words.ts';
import { Stage } from './stage.tsx';
import { isStopped, type Standing, standingOf } from './standing.ts';

const NODES = {
  passed: { Icon: Check, look: 'bg-good-soft text-good' },
  open: { Icon: Layers2, look: 'bg-accent-soft text-accent' },
  failed: { Icon: X, look: 'bg-bad-soft text-bad' },
  waiting: { Icon: CircleDashed, look: 'bg-sunken text-ink-2' },
} as const satisfies Record<Standing, unknown>;

interface Props {
  view: RolloutView;
  anchor: Anchor;
  zone: string;
}

export function Stages({ view, anchor, zone }: Props) {
  return (
    <section aria-labelledby="stages" className="card p-5 sm:p-7">
      <h2 id="stages" className="text-lg font-semibold tracking-tight">
        <Trans>Stages</Trans>
      </h2>
      <ol className="mt-5">
        {view.stages.map((stage, index) => {
          const standing = standingOf(stage, view.phase);
          const { Icon, look } = NODES[standing];
          return (
            <li key={stage.stage} className="grid grid-cols-[2rem_1fr] gap-x-3 sm:gap-x-4">
              <div aria-hidden className="flex flex-col items-center">
                <span className={`grid size-8 shrink-0 place-items-center rounded-full ${look}`}>
                  <Icon size={16} />
                </span>
                {index < view.stages.length - 1 && <span className="my-1.5 w-px flex-1 bg-line" />}
              </div>
              <Stage
                stage={stage}
                standing={standing}
                stopped={isStopped(view.phase)}
                covered={coverageWords(view, index)}
                anchor={anchor}
                zone={zone}
              />
            </li>
          );
        })}
      </ol>
      <Control view={view} />
    </section>
  );
}

function Control({ view: { control, plan } }: { view: RolloutView }) {
  return (
    <p className="num mt-2 border-t border-line pt-4 text-sm text-ink-2">
      <span className="font-semibold text-ink">
        <Trans>Control</Trans>
      </span>
      :{' '}
      {control.devices === 0
        ? t`no device is left to compare with.`
        : t`${devicesWords(control.devices)} not offered yet, ${numberWords(control.silent)} of them silent. Silence in a stage counts only beyond theirs.`}
      {plan.holdOut > 0 &&
        t` ${Number((plan.holdOut * 100).toFixed(1))} % are held out until the last soak ends.`}
    </p>
  );
}
