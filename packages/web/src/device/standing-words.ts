/** How a device is, in a few words. */
import { t } from '@lingui/core/macro';
import type { DeviceView } from '@tuesday/protocol';
import type { Tone } from '../rollouts/words.ts';

export interface Said {
  readonly tone: Tone;
  readonly words: string;
}

export function chipsOf({ held, report, offer }: Pick<DeviceView, 'held' | 'report' | 'offer'>): Said[] {
  const chips: Said[] = [];
  if (report === null) chips.push({ tone: 'calm', words: t`never reported` });
  else if (report.health.ok) chips.push({ tone: 'good', words: t`healthy` });
  else chips.push({ tone: 'bad', words: t`unhealthy: ${report.health.failing ?? t`a check`} fails` });
  for (const code of report?.errors ?? []) chips.push({ tone: 'bad', words: code });
  if (report?.slots[report.active].state === 'trying') chips.push({ tone: 'waiting', words: t`on trial` });
  if (held) chips.push({ tone: 'waiting', words: t`held` });
  if (offer.kind === 'update') chips.push({ tone: 'active', words: t`is offered ${offer.version ?? ''}` });
  if (offer.kind === 'recall')
    chips.push({ tone: 'waiting', words: t`is sent back to ${offer.version ?? ''}` });
  return chips;
}

type Slot = NonNullable<DeviceView['report']>['slots']['a'];

/** The state of a slot as people say it. */
export const SLOT_STATES: Readonly<Record<Slot['state'], string>> = {
  empty: t`empty`,
  bad: t`not whole`,
  good: t`written`,
  trying: t`on trial`,
  confirmed: t`confirmed`,
};

/** What a slot is good for. */
export function slotWords({ state }: Slot, isActive: boolean, bootAttempts: number): string {
  switch (state) {
    case 'empty':
      return t`Nothing is in it.`;
    case 'bad':
      return t`It is being written, or was left half written: nothing boots from it.`;
    case 'good':
      return t`Verified, and never booted.`;
    case 'trying':
      return t`Boot ${bootAttempts} of 3; without a confirmation the device goes back by itself.`;
    case 'confirmed':
      return isActive
        ? t`Confirmed: the device boots it by itself.`
        : t`Confirmed before: the device can go back to it.`;
    default:
      return state satisfies never;
  }
}
