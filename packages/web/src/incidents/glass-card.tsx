import { t } from '@lingui/core/macro';
import type { IncidentView } from '@tuesday/protocol';
import { glassWords } from '../glass/words.ts';
import { useSession } from '../session/context.ts';
import { bothWords } from '../time.ts';
import { Card } from '../ui/card.tsx';
import { Link } from '../ui/link.tsx';
import { Chip } from '../ui/tone-icon.tsx';

/** Emergency access that was used in it, and what its review found. */
export function GlassCard({ view: { glasses } }: { view: IncidentView }) {
  const { zone } = useSession().session;
  if (glasses.length === 0) return null;
  return (
    <Card title={t`Emergency access`}>
      <ul className="rows mt-2 text-sm">
        {glasses.map((one) => (
          <li key={one.glass} className="grid gap-1 py-3">
            <p className="flex flex-wrap items-center gap-2 font-semibold wrap-anywhere">
              {one.review.closedAt === null ? (
                <Chip tone="bad">{one.review.overdue ? t`review overdue` : t`review open`}</Chip>
              ) : (
                <Chip tone="good">{t`reviewed`}</Chip>
              )}
              {glassWords(one)}
            </p>
            <p className="text-pretty wrap-anywhere">
              {one.review.finding ?? t`Due ${bothWords(one.review.dueAt, zone)}.`}
            </p>
            <Link to="/break-glass" className="link inline-block py-1">
              {one.review.closedAt === null ? t`Review it` : t`Read the review`}
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  );
}
