import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { TriangleAlert } from 'lucide-react';
import { incidentPath } from '../route.ts';
import { liveIncidents, usePending } from '../shell/pending.ts';
import { Link } from '../ui/link.tsx';

/** On the first page, above everything: what goes wrong now. */
export function LiveIncidents() {
  const live = liveIncidents(usePending().incidents);
  if (live.length === 0) return null;
  return (
    <section aria-label={t`Incidents`} className="mt-5 grid gap-2">
      {live.map(({ incident, title, state }) => (
        <Link
          key={incident}
          to={incidentPath(incident)}
          className="flex items-start gap-3 rounded-xl bg-bad-soft px-4 py-3 hover:underline"
        >
          <TriangleAlert size={18} aria-hidden className="mt-0.5 shrink-0 text-bad" />
          <span className="min-w-0 wrap-anywhere">
            <Trans>
              <strong className="font-semibold">{title}.</strong> The incident is {state}: who is harmed, who
              is well again, and what comes next.
            </Trans>
          </span>
        </Link>
      ))}
    </section>
  );
}
