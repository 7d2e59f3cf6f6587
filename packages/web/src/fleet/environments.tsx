import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { InventoryView } from '@tuesday/protocol';
import { Card } from '../ui/card.tsx';
import { CommandLine } from '../ui/command-line.tsx';
import { DimensionPanel } from './dimension-panel.tsx';

/** Panels beyond that are folded away: each asks for its own history. */
const SHOWN = 12;

/** Where the fleet lives: one small panel for each dimension, all in the same scale. */
export function Environments({ inventory: { dimensions, at } }: { inventory: InventoryView }) {
  const declared = dimensions.filter((one) => one.declared);
  const shown = (declared.length > 0 ? declared : dimensions.filter(({ name }) => name !== 'version')).slice(
    0,
    SHOWN,
  );
  const left = Math.max(0, declared.length - SHOWN);
  return (
    <Card
      title={t`Environments`}
      lead={t`The share of the fleet with each value, now and over 30 days. Every panel goes from nothing to the whole fleet; a value leads to its devices.`}
    >
      {declared.length === 0 && (
        <div className="mt-3 grid gap-3 text-sm text-ink-2">
          <p>
            <Trans>
              The policy declares no dimension, so only what devices report today is shown. Declare those that
              matter under parity, and their history is kept from then on:
            </Trans>
          </p>
          <CommandLine
            command={'tuesday policy set --file policy.yaml --because "dimensions of the fleet"'}
          />
        </div>
      )}
      <div className="mt-5 grid gap-x-8 gap-y-7 sm:grid-cols-2 lg:grid-cols-3 2xl:grid-cols-4">
        {shown.map((dimension) => (
          <DimensionPanel key={dimension.name} dimension={dimension} now={at} />
        ))}
      </div>
      {left > 0 && <p className="mt-4 text-sm text-ink-2">{t`And ${left} more: tuesday inventory view.`}</p>}
    </Card>
  );
}
