import { Trans } from '@lingui/react/macro';
import { bothTimes } from '../time.ts';

interface Props {
  at: number;
  /** The fleet's, in which windows, freezes and the judge's sentences speak. */
  zone: string;
  /** The viewer's time below instead of behind it, for narrow columns. */
  stacked?: boolean;
}

/** A moment in the fleet's zone, and in the viewer's where that is another time. Both can be read, not only hovered. */
export function Moment({ at, zone, stacked = false }: Props) {
  const { fleet, yours } = bothTimes(at, zone);
  return (
    <time dateTime={new Date(at).toISOString()} className="num">
      {fleet}
      {yours !== undefined && (
        <span className={stacked ? 'block text-xs text-ink-2' : 'text-[0.9em] text-ink-2'}>
          {stacked ? '' : ' ('}
          <Trans>{yours} yours</Trans>
          {stacked ? '' : ')'}
        </span>
      )}
    </time>
  );
}
