import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { CampaignRoad } from '@tuesday/protocol';
import { ArrowUp } from 'lucide-react';
import { useId } from 'react';
import { Notes, told } from '../ui/field.tsx';
import { ROAD_NAMES, ROADS } from './words.ts';

interface Props {
  roads: readonly CampaignRoad[];
  problem: string | undefined;
  onChange: (roads: readonly CampaignRoad[]) => void;
}

/** Which roads are counted on, and in which order. */
export function ChosenRoads({ roads, problem, onChange }: Props) {
  const id = useId();
  const hint = t`In this order: the first that is open is what a device waits for.`;
  const all = [...roads, ...ROAD_NAMES.filter((road) => !roads.includes(road))];
  const toggle = (road: CampaignRoad) =>
    onChange(roads.includes(road) ? roads.filter((one) => one !== road) : [...roads, road]);
  const earlier = (road: CampaignRoad) => {
    const at = roads.indexOf(road);
    onChange(roads.map((one, nth) => (nth === at - 1 ? road : nth === at ? (roads[at - 1] ?? one) : one)));
  };
  return (
    <fieldset {...told(id, hint, problem)}>
      <legend className="text-sm font-medium">
        <Trans>Roads</Trans>
      </legend>
      <ol className="mt-1.5 grid gap-2">
        {all.map((road, nth) => {
          const isOn = roads.includes(road);
          return (
            <li key={road} className="flex items-center gap-3 rounded-lg border border-line px-3 py-1.5">
              <label className="flex min-h-10 flex-1 items-center gap-3 text-sm">
                <input
                  type="checkbox"
                  className="size-5 shrink-0"
                  checked={isOn}
                  onChange={() => toggle(road)}
                />
                <span>{ROADS[road].join(': ')}</span>
              </label>
              {isOn && nth > 0 && (
                <button
                  type="button"
                  className="flex size-10 items-center justify-center rounded-lg hover:bg-sunken"
                  aria-label={t`${ROADS[road][0]} earlier`}
                  onClick={() => earlier(road)}
                >
                  <ArrowUp size={18} aria-hidden />
                </button>
              )}
            </li>
          );
        })}
      </ol>
      <Notes id={id} hint={hint} problem={problem} />
    </fieldset>
  );
}
