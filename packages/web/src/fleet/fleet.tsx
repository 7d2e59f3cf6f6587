import { plural } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { FleetView } from '@tuesday/protocol';
import { numberWords, percent } from '../rollouts/words.ts';
import { CommandLine } from '../ui/command-line.tsx';
import { FindDevice } from './find-device.tsx';
import { rowsOf } from './values.ts';
import { Versions } from './versions.tsx';

/** Versions and environment, as the devices report them. */
export function Fleet({ fleet }: { fleet: FleetView }) {
  return (
    <section aria-labelledby="fleet" className="card p-5 sm:p-7">
      <h2 id="fleet" className="text-lg font-semibold tracking-tight">
        <Trans>Fleet</Trans>
      </h2>
      {fleet.devices === 0 ? (
        <div className="mt-2 grid gap-3 text-ink-2">
          <p>
            <Trans>No device yet. Issue a key that devices enrol with, and give it to them:</Trans>
          </p>
          <CommandLine command={'tuesday fleet key --because "first devices"'} />
        </div>
      ) : (
        <>
          <p className="num mt-2">
            <span className="text-4xl font-semibold tracking-tight">{numberWords(fleet.devices)}</span>{' '}
            <span className="text-ink-2">{plural(fleet.devices, { one: 'device', other: 'devices' })}</span>
          </p>
          <Versions fleet={fleet} />
          <div className="mt-6 grid gap-x-8 gap-y-6 border-t border-line pt-5 sm:grid-cols-[repeat(auto-fill,minmax(17rem,1fr))]">
            {Object.entries(fleet.environment).map(([attribute, values]) => (
              <Values key={attribute} name={attribute} values={values} all={fleet.devices} />
            ))}
          </div>
          <FindDevice />
        </>
      )}
    </section>
  );
}

interface ValuesProps {
  name: string;
  values: ReadonlyArray<{ value: string; devices: number }>;
  all: number;
}

/** One attribute as a small chart: every chart has the same scale, the whole fleet. */
function Values({ name, values, all }: ValuesProps) {
  const { rows, missing } = rowsOf(values, all);
  return (
    <div>
      <h3 className="eyebrow">{name}</h3>
      <ul className="num mt-2 grid gap-2 text-sm">
        {rows.map(({ value, devices, share }) => (
          <li key={value}>
            <span className="flex items-baseline gap-3">
              <span className="min-w-0 flex-1 font-medium wrap-anywhere">{value}</span>
              <span>{numberWords(devices)}</span>
              <span className="w-16 text-right text-ink-2">{percent(share)}</span>
            </span>
            <span aria-hidden className="mt-1 block h-1.5 overflow-hidden rounded-full bg-sunken">
              <span
                className="block h-full min-w-1 rounded-full bg-accent"
                style={{ width: `${share * 100}%` }}
              />
            </span>
          </li>
        ))}
      </ul>
      {missing > 0 && (
        <p className="num mt-2 text-sm text-ink-2">
          <Trans>{numberWords(missing)} did not report it.</Trans>
        </p>
      )}
    </div>
  );
}
