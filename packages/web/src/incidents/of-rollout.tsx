import { Trans } from '@lingui/react/macro';
import { lazy, Suspense, useState } from 'react';
import { call } from '../api.ts';
import { incidentPath } from '../route.ts';
import { refusalFor } from '../session/allowed.ts';
import { useSession } from '../session/context.ts';
import { Link } from '../ui/link.tsx';
import { useAsked } from '../ui/use-asked.ts';

/** Few rollouts need it, and every visit begins with their page. */
const OpenForm = lazy(() => import('./open-form.tsx').then((loaded) => ({ default: loaded.OpenForm })));

/** From a rollout to its incident, or to opening one. */
export function IncidentOfRollout({ rollout }: { rollout: string }) {
  const { account } = useSession().session;
  const [opening, setOpening] = useState(false);
  const asked = useAsked(`incident of ${rollout}`, () => call('listIncidents', { query: {} }), 15_000, [
    'incident',
  ]);
  const one = asked.data?.incidents.find((each) => each.rollout === rollout);
  if (asked.data === undefined) return null;
  if (one)
    return (
      <Link to={incidentPath(one.incident)} className="link inline-block py-1.5 text-sm font-semibold">
        <Trans>Its incident: who is harmed, who is well again, what it costs</Trans>
      </Link>
    );
  if (refusalFor(account, 'ticket') !== undefined) return null;
  return (
    <>
      <button
        type="button"
        className="link py-1.5 text-left text-sm font-semibold"
        onClick={() => setOpening(true)}
      >
        <Trans>Open an incident for it</Trans>
      </button>
      {opening && (
        <Suspense fallback={null}>
          <OpenForm rollout={rollout} onClose={() => setOpening(false)} />
        </Suspense>
      )}
    </>
  );
}
