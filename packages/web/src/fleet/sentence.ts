/** What is to be said of the fleet first. */
import { t } from '@lingui/core/macro';
import type { FleetHistoryView, InventoryView } from '@tuesday/protocol';
import { listed } from '../language/lists.ts';
import { devicesWords, percent } from '../rollouts/words.ts';

type Point = FleetHistoryView['points'][number];

export function sentenceOf(
  { devices, dimensions }: Pick<InventoryView, 'devices' | 'dimensions'>,
  history: Pick<FleetHistoryView, 'points'> | undefined,
): string {
  if (devices === 0) return t`No device has reported yet.`;
  const [most] = dimensions.find(({ name }) => name === 'version')?.values ?? [];
  const runs =
    most?.value == null
      ? t`${devicesWords(devices)} have reported.`
      : most.devices === devices
        ? t`All ${devicesWords(devices)} run ${most.value}.`
        : t`${percent(most.share)} of ${devicesWords(devices)} run ${most.value}.`;
  const last = history?.points.at(-1);
  return last ? `${runs} ${troubleWords(last, history?.points[0])}` : runs;
}

/** A share that moved by less is noise. */
const MOVED = 0.01;

function troubleWords(last: Point, first: Point | undefined): string {
  const parts = [
    ...(last.unhealthy > 0 ? [t`${devicesWords(last.unhealthy)} unhealthy`] : []),
    ...(last.silent !== null && last.silent > 0 ? [t`${devicesWords(last.silent)} silent`] : []),
  ];
  if (parts.length === 0)
    return last.silent === null
      ? t`Nobody is unhealthy; who is silent is not known yet, the server has not listened for long enough.`
      : t`Nobody is unhealthy or silent.`;
  const now = badShare(last);
  const then = first === undefined ? now : badShare(first);
  const moved =
    now - then > MOVED
      ? t`, more than at the beginning`
      : then - now > MOVED
        ? t`, fewer than at the beginning`
        : '';
  return `${listed(parts)}${moved}.`;
}

function badShare({ devices, unhealthy, silent }: Point): number {
  return devices === 0 ? 0 : (unhealthy + (silent ?? 0)) / devices;
}
