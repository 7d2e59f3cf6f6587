import { t } from '@lingui/core/macro';
import type { FleetHistoryView } from '@tuesday/protocol';
import { TimeChart } from '../charts/time-chart.tsx';
import { useSession } from '../session/context.ts';
import { Card } from '../ui/card.tsx';
import { NoHistory, STEPS } from './no-history.tsx';
import { versionBands } from './version-series.ts';

export function VersionsOverTime({ history, days }: { history: FleetHistoryView; days: number }) {
  const { zone } = useSession().session;
  const { series, points } = versionBands(history);
  return (
    <Card
      title={t`Versions`}
      lead={t`Devices by what they run; the newest version is the strongest band, on top.`}
    >
      {points.length === 0 ? (
        <NoHistory />
      ) : (
        <TimeChart
          key={days}
          label={t`Devices by version`}
          draw="bands"
          series={series}
          points={points}
          step={STEPS[history.step]}
          zone={zone}
          wholes={history.points.map(({ devices }) => devices)}
        />
      )}
    </Card>
  );
}
