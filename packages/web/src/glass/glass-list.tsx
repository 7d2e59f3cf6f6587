import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { GlassView, IncidentLineView } from '@tuesday/protocol';
import { FACTOR_WORDS } from '../factor/factor-words.ts';
import { incidentPath } from '../route.ts';
import { bothWords } from '../time.ts';
import { useSession } from '../session/context.ts';
import { Link } from '../ui/link.tsx';
import { Chip } from '../ui/tone-icon.tsx';
import { ReviewForm } from './review-form.tsx';
import { glassWords } from './words.ts';
import { Moment } from '../ui/moment.tsx';

interface Props {
  glasses: readonly GlassView[];
  incidents: readonly IncidentLineView[];
  onChanged: () => Promise<void>;
}

export function GlassList({ glasses, incidents, onChanged }: Props) {
  return (
    <ul className="rows">
      {glasses.map((one) => (
        <li key={one.glass} id={one.glass} className="py-4">
          <Glass
            one={one}
            incident={incidents.find(({ rollout }) => rollout === one.object)?.incident}
            onChanged={onChanged}
          />
        </li>
      ))}
    </ul>
  );
}

interface GlassProps {
  one: GlassView;
  /** The incident that it was broken in. */
  incident: string | undefined;
  onChanged: () => Promise<void>;
}

function Glass({ one, incident, onChanged }: GlassProps) {
  const { zone } = useSession().session;
  const { review } = one;
  const used =
    one.usedAt === null
      ? t`not used; good until ${bothWords(one.expiresAt, zone)}`
      : t`used ${bothWords(one.usedAt, zone)}`;
  return (
    <div className="grid gap-2">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        {review.closedAt === null ? (
          <Chip tone="bad">{review.overdue ? t`review overdue` : t`review open`}</Chip>
        ) : (
          <Chip tone="good">{t`reviewed`}</Chip>
        )}
        <strong className="font-semibold wrap-anywhere">{glassWords(one)}</strong>
      </p>
      <p className="num text-sm text-ink-2">
        <Moment at={one.at} zone={zone} />
        <Trans>
          , by {FACTOR_WORDS[one.factor]}, {used}
        </Trans>
      </p>
      <p className="text-pretty wrap-anywhere">{one.because}</p>
      {incident !== undefined && (
        <Link to={incidentPath(incident)} className="link justify-self-start py-1 text-sm">
          <Trans>Its incident</Trans>
        </Link>
      )}
      {review.closedAt === null ? (
        <ReviewForm one={one} onChanged={onChanged} />
      ) : (
        <div className="rounded-lg bg-sunken px-3.5 py-2.5 text-sm">
          <p className="num text-ink-2">
            <Trans>Closed by {review.closedBy},</Trans> <Moment at={review.closedAt} zone={zone} />
          </p>
          <p className="mt-1 text-pretty wrap-anywhere">{review.finding}</p>
        </div>
      )}
    </div>
  );
}
