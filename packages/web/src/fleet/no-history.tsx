import { Trans } from '@lingui/react/macro';

/** Milliseconds of one point. */
export const STEPS = { hour: 3_600_000, day: 86_400_000 } as const;

export function NoHistory() {
  return (
    <p className="mt-3 text-sm text-ink-2">
      <Trans>Nothing is kept yet. The first point is written within ten minutes, and then one an hour.</Trans>
    </p>
  );
}
