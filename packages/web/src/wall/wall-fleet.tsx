import { plural } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { FleetView } from '@tuesday/protocol';
import { Versions } from '../fleet/versions.tsx';
import { numberWords } from '../rollouts/words.ts';

/** How many devices there are, and what they run. */
export function WallFleet({ fleet }: { fleet: FleetView }) {
  return (
    <section aria-labelledby="fleet" className="card p-6">
      <h2 id="fleet" className="text-lg font-semibold tracking-tight">
        <Trans>Fleet</Trans>
      </h2>
      <p className="num mt-1">
        <span className="text-4xl font-semibold tracking-tight">{numberWords(fleet.devices)}</span>{' '}
        <span className="text-ink-2">{plural(fleet.devices, { one: 'device', other: 'devices' })}</span>
      </p>
      {fleet.devices > 0 && <Versions fleet={fleet} />}
    </section>
  );
}
