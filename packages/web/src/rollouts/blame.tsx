import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { RolloutView } from '@tuesday/protocol';
import { LeaveOut } from './leave-out.tsx';
import { numberWords, percent } from './words.ts';

/** The environment values that explain what went wrong. */
export function Blame({ view }: { view: RolloutView }) {
  const { blame, harmed } = view;
  return (
    <section aria-labelledby="blame" className="card p-5 sm:p-6">
      <h2 id="blame" className="text-lg font-semibold tracking-tight">
        <Trans>What they have in common</Trans>
      </h2>
      {blame.length === 0 ? (
        <p className="mt-2 text-sm text-ink-2">
          {harmed === 0 ? t`Nothing went wrong so far.` : t`No single value explains it.`}
        </p>
      ) : (
        <table className="num mt-3 w-full text-sm">
          <thead>
            <tr className="text-left text-ink-2">
              <th scope="col" className="py-1 font-medium">
                <Trans>environment</Trans>
              </th>
              <th scope="col" className="py-1 text-right font-medium">
                <Trans>went wrong</Trans>
              </th>
            </tr>
          </thead>
          <tbody>
            {blame.map(({ attribute, value, offered, bad, certain, together }) => (
              <tr key={`${attribute} ${value}`} className="border-t border-line align-top">
                <th scope="row" className="py-2.5 pr-3 text-left font-normal wrap-anywhere">
                  <span className="text-ink-2">{attribute} = </span>
                  <span className="font-semibold">{value}</span>
                  <span className="block text-ink-2">
                    {certain ? t`the culprit` : t`suspected, not proven`}
                  </span>
                  {together && (
                    <span className="block text-ink-2">
                      <Trans>
                        only together with {together.attribute} = {together.value}
                      </Trans>
                    </span>
                  )}
                  <LeaveOut view={view} attribute={attribute} value={value} />
                </th>
                <td className="py-2.5 text-right whitespace-nowrap">
                  <Trans>
                    <span className="font-semibold text-bad">{numberWords(bad)}</span> of{' '}
                    {numberWords(offered)}
                  </Trans>
                  <span className="block text-ink-2">{percent(bad / Math.max(1, offered))}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
