import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { DeviceView } from '@tuesday/protocol';
import { Card } from '../ui/card.tsx';
import { SLOT_STATES, slotWords } from './standing-words.ts';

/** What is in the two homes of its firmware, and which of them boots. */
export function Slots({ view: { report } }: { view: DeviceView }) {
  if (report === null) return null;
  return (
    <Card title={t`Slots`}>
      <ul className="mt-3 grid gap-3 sm:grid-cols-2">
        {(['a', 'b'] as const).map((name) => {
          const slot = report.slots[name];
          const isActive = name === report.active;
          return (
            <li
              key={name}
              className={`rounded-xl border p-4 ${isActive ? 'border-accent bg-accent-soft' : 'border-line-strong'}`}
            >
              <p className="flex items-baseline justify-between gap-2 text-sm text-ink-2">
                <span>
                  <Trans>Slot {name}</Trans>
                </span>
                {isActive && (
                  <span className="font-semibold text-accent">
                    <Trans>boots and runs</Trans>
                  </span>
                )}
              </p>
              <p className="num mt-1 text-2xl font-semibold tracking-tight wrap-anywhere">
                {slot.version ?? '–'}
              </p>
              <p className="text-sm font-medium">{SLOT_STATES[slot.state]}</p>
              <p className="mt-1 text-sm text-pretty text-ink-2">
                {slotWords(slot, isActive, report.bootAttempts)}
              </p>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
