import { t } from '@lingui/core/macro';
import type { FleetHistoryView } from '@tuesday/protocol';
import { type Series, TimeChart } from '../charts/time-chart.tsx';
import { useSession } from '../session/context.ts';
import { Card } from '../ui/card.tsx';
import { NoHistory, STEPS } from './no-history.tsx';

const SERIES: readonly Series[] = [
  { name: t`unhealthy`, colour: 'var(--failed)' },
  { name: t`silent`, colour: 'var(--silent)', dashed: true },
];

export function HealthOverTime({ history }: { history: FleetHistoryView }) {
  const { zone } = useSession().session;
  const { points, silentAfter, step } = history;
  return (
    <Card
      title={t`Health and silence`}
      lead={t`Unhealthy is what a device said of itself last; silent is who was not heard for ${silentAfter}. A gap is an hour in which nobody could tell.`}
    >
      {points.length === 0 ? (
        <NoHistory />
      ) : (
        <TimeChart
          label={t`Unhealthy and silent devices`}
          draw="lines"
          series={SERIES}
          points={points.map(({ at, unhealthy, silent }) => ({ at, values: [unhealthy, silent] }))}
          step={STEPS[step]}
          zone={zone}
          wholes={points.map(({ devices }) => devices)}
        />
      )}
    </Card>
  );
}
