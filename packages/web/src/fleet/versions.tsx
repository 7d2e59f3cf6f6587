import { Trans } from '@lingui/react/macro';
import type { FleetView } from '@tuesday/protocol';
import { numberWords, percent } from '../rollouts/words.ts';
import { rowsOf } from './values.ts';

/** Steps of one colour from most devices to fewest; each also has its name and number below. */
const STRENGTH = [100, 70, 46, 30, 20, 12];

/** What the fleet runs, as one bar. */
export function Versions({ fleet: { versions, devices: all } }: { fleet: FleetView }) {
  const { rows, missing } = rowsOf(
    versions.map(({ version, devices }) => ({ value: version, devices })),
    all,
  );
  const fill = (index: number) => ({
    background: `color-mix(in oklab, var(--accent) ${STRENGTH[index] ?? 10}%, var(--surface))`,
    boxShadow: 'inset 0 0 0 1px var(--accent)',
  });
  return (
    <div className="mt-5">
      <h3 className="eyebrow">
        <Trans>version</Trans>
      </h3>
      <div aria-hidden className="mt-2 flex h-5 gap-[2px] overflow-hidden rounded-md bg-sunken">
        {rows.map(({ value, share }, index) => (
          <div
            key={value}
            className="segment min-w-2 basis-0 rounded-[3px]"
            style={{ ...fill(index), flexGrow: share }}
          />
        ))}
      </div>
      <ul className="num mt-2.5 flex flex-wrap gap-x-6 gap-y-1.5 text-sm">
        {rows.map(({ value, devices, share }, index) => (
          <li key={value} className="flex items-center gap-2">
            <span aria-hidden className="size-2.5 rounded-[3px]" style={fill(index)} />
            <span className="font-semibold">{value}</span>
            <span className="text-ink-2">
              {numberWords(devices)}, {percent(share)}
            </span>
          </li>
        ))}
        {missing > 0 && (
          <li className="text-ink-2">
            <Trans>{numberWords(missing)} have not reported yet</Trans>
          </li>
        )}
      </ul>
    </div>
  );
}
