import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { Cover, ParityView } from '@tuesday/protocol';
import { useEffect, useMemo, useRef, useState } from 'react';
import { call } from '../api.ts';
import { releasePath } from '../route.ts';
import { Answered } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Link } from '../ui/link.tsx';
import { useAsked } from '../ui/use-asked.ts';
import { COVERS, shareWords } from './cover-words.ts';
import { columnsFor, heatOf, type HeatRow } from './heat.ts';

/** Rows that are shown before somebody asks for all. */
const SHOWN = 25;

/** Firmware × environment: the newest releases beside each other, and what each was tested with. */
export function Heat({ version }: { version: string }) {
  const asked = useAsked(`heat ${version}`, () => ask(version), 60_000, ['release', 'policy', 'dimension']);
  return (
    <Card
      title={t`Firmware × environment`}
      lead={t`What the fleet runs, the largest share first, against the newest releases, the newest at the left.`}
    >
      <Answered quiet asked={asked} what={t`the other releases`} command="tuesday release list">
        {(views) => <Grid views={views} here={version} />}
      </Answered>
    </Card>
  );
}

async function ask(here: string): Promise<ParityView[]> {
  const { releases } = await call('listReleases');
  const columns = columnsFor(
    releases.map(({ version }) => version),
    here,
  );
  const views = await Promise.all(columns.map((version) => call('viewParity', { params: { version } })));
  return views.filter(({ verdict }) => verdict !== 'unasked');
}

function Grid({ views, here }: { views: readonly ParityView[]; here: string }) {
  const [all, setAll] = useState(false);
  const box = useRef<HTMLElement>(null);
  const rows = useMemo(() => heatOf(views), [views]);
  useEffect(() => {
    const column = box.current?.querySelector<HTMLElement>('[aria-current]')?.closest('th');
    const names = box.current?.querySelector<HTMLElement>('th');
    // On a phone the release of this page may stand too far to the right to be seen.
    if (box.current && column && names) box.current.scrollLeft = column.offsetLeft - names.offsetWidth - 8;
  }, []);
  if (rows.length === 0)
    return (
      <p className="mt-3 text-sm text-ink-2">
        <Trans>
          The policy declares no dimension, or no device has reported one, so there is nothing to set side by
          side.
        </Trans>
      </p>
    );
  return (
    <>
      <section
        ref={box}
        // Scrolls by keyboard too.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        aria-label={t`Firmware × environment, scrolls sideways`}
        className="relative mt-4 overflow-x-auto rounded-lg"
      >
        <table className="num -ml-[3px] border-separate border-spacing-[3px] text-sm">
          <caption className="sr-only">
            <Trans>What each release was tested with, by value of the environment</Trans>
          </caption>
          <thead>
            <tr>
              <th
                scope="col"
                className="sticky left-0 z-10 bg-surface py-2 pr-3 text-left font-medium text-ink-2"
              >
                <Trans>environment</Trans>
              </th>
              {views.map(({ release }) => (
                <th key={release} scope="col" className="min-w-16 px-1 py-2 font-semibold">
                  {release === here ? (
                    <span aria-current="page" className="rounded-md bg-accent-soft px-2 py-1 text-accent">
                      {release}
                    </span>
                  ) : (
                    <Link to={releasePath(release, 'parity')} className="link px-1 py-1">
                      {release}
                    </Link>
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {(all ? rows : rows.slice(0, SHOWN)).map((row) => (
              <Row key={`${row.dimension} ${row.value ?? ''}`} row={row} views={views} />
            ))}
          </tbody>
        </table>
      </section>
      {!all && rows.length > SHOWN && (
        <Button kind="quiet" small className="mt-3 sm:max-w-56" onClick={() => setAll(true)}>
          <Trans>Show all {rows.length} values</Trans>
        </Button>
      )}
      <Legend />
    </>
  );
}

function Row({
  row: { dimension, value, share, covers },
  views,
}: {
  row: HeatRow;
  views: readonly ParityView[];
}) {
  return (
    <tr>
      <th
        scope="row"
        className="sticky left-0 z-10 max-w-44 min-w-36 bg-surface py-1 pr-3 text-left leading-tight font-medium wrap-anywhere sm:max-w-72"
      >
        <span className="font-normal text-ink-2">{dimension} = </span>
        {value ?? t`not reported`}
        <span className="block text-xs font-normal text-ink-2">{shareWords(share)}</span>
      </th>
      {views.map(({ release }, column) => (
        <Cell key={release} cover={covers[column]} />
      ))}
    </tr>
  );
}

function Cell({ cover }: { cover: Cover | undefined }) {
  if (cover === undefined)
    return (
      <td className="h-11 text-center text-ink-2">
        <span aria-hidden>·</span>
        <span className="sr-only">
          <Trans>not asked</Trans>
        </span>
      </td>
    );
  const { letter, word } = COVERS[cover];
  return (
    <td className={`heat heat-${cover}`}>
      <span aria-hidden>{letter}</span>
      <span className="sr-only">{word}</span>
    </td>
  );
}

function Legend() {
  return (
    <ul aria-label={t`Letters`} className="mt-4 flex flex-wrap gap-x-5 gap-y-2 text-sm text-ink-2">
      {Object.entries(COVERS).map(([cover, { letter, word, means }]) => (
        <li key={cover} className="flex items-center gap-2">
          <span
            aria-hidden
            className={`heat heat-${cover} inline-grid size-6! min-w-0! place-items-center rounded-md text-xs`}
          >
            {letter}
          </span>
          <span>
            <span className="font-medium text-ink">{word}</span>: {means}
          </span>
        </li>
      ))}
    </ul>
  );
}
