import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { RolloutView } from '@tuesday/protocol';
import { numberWords, percent } from './words.ts';

interface Props {
  view: RolloutView;
  /** Without what the words mean. */
  brief?: boolean;
}

/** How many took it, and how many of them went wrong. */
export function Numbers({ view: { exposed, harmed, devices }, brief = false }: Props) {
  const of = (part: number, all: number) => (all === 0 ? '' : t`${percent(part / all)} of `);
  return (
    <section aria-labelledby="reach" className="card p-5 sm:p-6">
      <h2 id="reach" className="text-lg font-semibold tracking-tight">
        <Trans>Reach</Trans>
      </h2>
      <dl className="num mt-4 grid grid-cols-2 gap-4">
        <div>
          <dt className="text-sm text-ink-2">
            <Trans>exposed</Trans>
          </dt>
          <dd className="text-3xl font-semibold tracking-tight">{numberWords(exposed)}</dd>
          <dd className="text-sm text-ink-2">
            <Trans>
              {of(exposed, devices)}
              {numberWords(devices)} devices
            </Trans>
          </dd>
        </div>
        <div>
          <dt className="text-sm text-ink-2">
            <Trans>harmed</Trans>
          </dt>
          <dd className={`text-3xl font-semibold tracking-tight ${harmed > 0 ? 'text-bad' : ''}`}>
            {numberWords(harmed)}
          </dd>
          <dd className="text-sm text-ink-2">
            {exposed === 0 ? t`of none` : t`${of(harmed, exposed)}the exposed`}
          </dd>
        </div>
      </dl>
      {!brief && (
        <p className="mt-4 text-sm text-ink-2">
          <Trans>
            Exposed took the release. Harmed are those of them that failed, rolled back or fell silent.
          </Trans>
        </p>
      )}
    </section>
  );
}
