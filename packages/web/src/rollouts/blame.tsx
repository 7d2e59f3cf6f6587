import type { RolloutView } from '@tuesday/protocol';
import { LeaveOut } from './leave-out.tsx';
import { numberWords, percent } from './words.ts';

/** The environment values that explain what went wrong. */
export function Blame({ view }: { view: RolloutView }) {
  const { blame, harmed } = view;
  return (
    <section aria-labelledby="blame" className="card p-5 sm:p-6">
      <h2 id="blame" className="text-lg font-semibold tracking-tight">
        What they have in common
      </h2>
      {blame.length === 0 ? (
        <p className="mt-2 text-sm text-ink-2">
          {harmed === 0 ? 'Nothing went wrong so far.' : 'No single value explains it.'}
        </p>
      ) : (
        <table className="num mt-3 w-full text-sm">
          <thead>
            <tr className="text-left text-ink-2">
              <th scope="col" className="py-1 font-medium">
                environment
              </th>
              <th scope="col" className="py-1 text-right font-medium">
                went wrong
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
                    {certain ? 'the culprit' : 'suspected, not proven'}
                  </span>
                  {together && (
                    <span className="block text-ink-2">
                      only together with {together.attribute} = {together.value}
                    </span>
                  )}
                  <LeaveOut view={view} attribute={attribute} value={value} />
                </th>
                <td className="py-2.5 text-right whitespace-nowrap">
                  <span className="font-semibold text-bad">{numberWords(bad)}</span> of {numberWords(offered)}
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
