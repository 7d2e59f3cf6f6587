import { t } from '@lingui/core/macro';
import type { IncidentView } from '@tuesday/protocol';
import { numberWords } from '../rollouts/words.ts';
import { codePath, devicePath } from '../route.ts';
import { useSession } from '../session/context.ts';
import { bothWords } from '../time.ts';
import { Card } from '../ui/card.tsx';
import { Link } from '../ui/link.tsx';
import { Moment } from '../ui/moment.tsx';

/** What customers wrote: by the codes that its devices showed, and by device. */
export function TicketsCard({ view: { tickets } }: { view: IncidentView }) {
  const { zone } = useSession().session;
  return (
    <Card
      title={t`Tickets`}
      aside={<span className="num text-2xl font-semibold">{numberWords(tickets.count)}</span>}
      lead={t`Since ${bothWords(tickets.since, zone)}, by a code that its devices showed, or by a device.`}
    >
      {tickets.codes.length > 0 && (
        <ul className="num mt-3 flex flex-wrap gap-2 text-sm">
          {tickets.codes.map(({ code, tickets: count }) => (
            <li key={code}>
              <Link
                to={codePath(code)}
                className="flex min-h-9 items-center gap-2 rounded-full bg-sunken px-3 hover:bg-line"
              >
                <span className="font-semibold">{code}</span> {numberWords(count)}
              </Link>
            </li>
          ))}
        </ul>
      )}
      <ul className="rows mt-2 text-sm">
        {tickets.newest.map((one) => (
          <li key={one.ticket} className="num flex flex-wrap justify-between gap-x-3 py-2">
            <span className="wrap-anywhere">
              {one.ticket}
              {one.code !== null && <span className="text-ink-2"> {one.code}</span>}
              {one.device !== null && (
                <>
                  {' '}
                  <Link to={devicePath(one.device)} className="link">
                    {one.device}
                  </Link>
                </>
              )}
            </span>
            <span className="text-ink-2">
              <Moment at={one.at} zone={zone} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
