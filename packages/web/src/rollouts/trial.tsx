import { t } from '@lingui/core/macro';
import { Plural, Trans } from '@lingui/react/macro';
import type { RolloutView } from '@tuesday/protocol';
import { call } from '../api.ts';
import { useSession } from '../session/context.ts';
import { useAsked } from '../ui/use-asked.ts';
import { TrialChart } from './trial-chart.tsx';
import { LEAST, MOST } from './trial-scale.ts';
import { numberWords } from './words.ts';

type Line = RolloutView['trial']['lines'][number];

/** How strong the evidence against the release is, against the bounds that pause and halt. */
export function Trial({ view }: { view: RolloutView }) {
  const { trial, excluded, untested, release } = view;
  const [strongest] = trial.lines;
  return (
    <section aria-labelledby="trial" className="card p-5 sm:p-6">
      <h2 id="trial" className="text-lg font-semibold tracking-tight">
        <Trans>Evidence against it</Trans>
      </h2>
      {trial.evidence === null || !strongest ? (
        <p className="mt-2 text-sm text-ink-2">
          <Trans>None yet: no offered device has been followed.</Trans>
        </p>
      ) : (
        <>
          <OverTime rollout={view.rollout} />
          <Scale evidence={trial.evidence} pauseAt={trial.pauseAt} haltAt={trial.haltAt} />
          <p className="num mt-3 text-sm text-pretty text-ink-2">{lineWords(strongest)}</p>
        </>
      )}
      {trial.wrong !== null && (
        <p className="mt-3 text-sm text-bad">
          <Trans>The counters do not add up: {trial.wrong}.</Trans>
        </p>
      )}
      {untested > 0 && (
        <p className="mt-3 text-sm">
          <Trans>
            {untested} <Plural value={untested} one="device is" other="devices are" /> held: {release} was not
            tested in their environment.
          </Trans>
        </p>
      )}
      {excluded.length > 0 && (
        <p className="mt-3 text-sm">
          <Trans>
            Goes on without {excluded.map(({ attribute, value }) => `${attribute} = ${value}`).join(', ')}.
          </Trans>
        </p>
      )}
    </section>
  );
}

/** How it came to where it is. The page does without it while it is not there. */
function OverTime({ rollout }: { rollout: string }) {
  const { zone } = useSession().session;
  const asked = useAsked(
    `trial ${rollout}`,
    () => call('viewTrialHistory', { params: { rollout } }),
    60_000,
    [`rollout ${rollout}`, 'devices'],
  );
  return asked.data ? <TrialChart history={asked.data} zone={zone} /> : null;
}

function Scale({ evidence, pauseAt, haltAt }: { evidence: number; pauseAt: number; haltAt: number }) {
  const place = (power: number) =>
    `${Math.round(((Math.min(MOST, Math.max(LEAST, power)) - LEAST) / (MOST - LEAST)) * 100)}%`;
  const tone = evidence >= haltAt ? 'bg-bad' : evidence >= pauseAt ? 'bg-warn' : 'bg-good';
  return (
    <div className="mt-4">
      <meter
        className="sr-only"
        aria-label={t`Evidence as a power of ten`}
        min={LEAST}
        max={MOST}
        value={Math.min(MOST, Math.max(LEAST, evidence))}
      >
        {t`10 to the power of ${evidence.toFixed(1)}; ${pauseAt} pauses, ${haltAt} halts`}
      </meter>
      <div aria-hidden className="relative h-3 rounded-full bg-sunken">
        <div className={`h-3 rounded-full ${tone}`} style={{ width: place(evidence) }} />
        <Mark at={place(pauseAt)} />
        <Mark at={place(haltAt)} />
      </div>
      <div aria-hidden className="num relative mt-1.5 h-5 text-sm text-ink-2">
        <span className="absolute -translate-x-1/2" style={{ left: place(pauseAt) }}>
          <Trans>pauses</Trans>
        </span>
        <span className="absolute -translate-x-1/2" style={{ left: place(haltAt + 0.6) }}>
          <Trans>halts</Trans>
        </span>
      </div>
    </div>
  );
}

function Mark({ at }: { at: string }) {
  return <span className="absolute top-[-3px] h-[18px] w-0.5 bg-ink" style={{ left: at }} />;
}

const WHAT: Readonly<Record<string, string>> = {
  install: t`failed to install`,
  trouble: t`reported trouble`,
  'silence-1': t`fell silent`,
  'silence-2': t`fell silent for long`,
  'silence-3': t`fell silent for very long`,
  metric: t`went beyond a bound`,
};

function lineWords({ channel, attribute, value, offered, control }: Line): string {
  const slice = attribute === '' ? '' : t` with ${attribute} = ${value}`;
  const events = t`${numberWords(offered.events)} of ${numberWords(offered.followed)} offered devices${slice}`;
  return t`Strongest: ${events} ${WHAT[channel] ?? channel}; of the control ${numberWords(control.events)} of ${numberWords(control.followed)}.`;
}
