import { plural, t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { DeviceListView } from '@tuesday/protocol';
import { useState } from 'react';
import { call, Refused } from '../api.ts';
import { addressed, devicesPath, useQuery } from '../route.ts';
import { numberWords } from '../rollouts/words.ts';
import { refusalWords } from '../ui/failure.ts';
import { Answered } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { CommandLine } from '../ui/command-line.tsx';
import { Link } from '../ui/link.tsx';
import { Problem } from '../ui/problem.tsx';
import { Screen } from '../ui/screen.tsx';
import { type Asked, useAsked } from '../ui/use-asked.ts';
import { useSend } from '../ui/use-send.ts';
import { DeviceRows } from './device-rows.tsx';
import { placeOf } from './filter-words.ts';
import { SavedFilters } from './saved-filters.tsx';
import { SearchBox } from './search-box.tsx';

/** Everything stands in the address, so a link shows somebody else the same devices. */
export default function DevicesPage() {
  const filter = useQuery('filter');
  return <Found key={filter} filter={filter} />;
}

function search(filter: string): void {
  history.pushState(null, '', addressed(devicesPath(filter)));
  dispatchEvent(new PopStateEvent('popstate'));
}

const listOf = (filter: string, after?: string) =>
  call('listDevices', { query: { filter, ...(after === undefined ? {} : { after }) } });

function Found({ filter }: { filter: string }) {
  const [text, setText] = useState(filter);
  const fields = useAsked('filter fields', () => call('viewFilterFields'), 60_000);
  const asked = useAsked(`devices ${filter}`, () => listOf(filter), 15_000, ['devices', 'device']);
  const wrong = asked.refused?.refusal.code === 'filter-invalid' ? asked.refused : undefined;
  const isShown = text === filter;
  return (
    <Screen
      title={t`Devices`}
      lead={t`By a part of their id, or by what they run, where they live and how they are.`}
      above={
        <Link to="/fleet" className="link mb-2 inline-block py-1 text-sm">
          <Trans>Fleet</Trans>
        </Link>
      }
    >
      <div className="grid gap-3">
        <SearchBox
          text={text}
          fields={fields.data?.fields ?? []}
          problem={wrong && isShown ? refusalWords(wrong.refusal) : undefined}
          place={placeOf(wrong?.refusal.field)}
          onType={setText}
          onSearch={search}
        />
        <SavedFilters filter={filter} isWrong={wrong !== undefined} onChoose={search} />
      </div>
      {wrong === undefined && <Answer filter={filter} asked={asked} />}
    </Screen>
  );
}

function Answer({ filter, asked }: { filter: string; asked: Asked<DeviceListView> }) {
  const [more, setMore] = useState<DeviceListView>();
  const { busy, failure, send } = useSend();
  const next = (more ?? asked.data)?.next ?? null;
  const older = () =>
    send(async () => {
      if (next === null) return;
      const page = await listOf(filter, next);
      setMore((before) => ({ ...page, devices: [...(before?.devices ?? []), ...page.devices] }));
    });
  return (
    <Answered asked={asked} what={t`the devices`} command={commandOf(filter)}>
      {({ devices }) => (
        <Card title={filter === '' ? t`All of them` : t`Those that fit`} aside={<Count filter={filter} />}>
          <DeviceRows devices={[...devices, ...(more?.devices ?? [])]} isAll={filter === ''} />
          <Problem failure={failure} />
          {next !== null && (
            <Button
              kind="quiet"
              small
              className="mt-3"
              refusal={busy ? t`Reading …` : undefined}
              onClick={() => void older()}
            >
              <Trans>Show more</Trans>
            </Button>
          )}
          <div className="mt-4">
            <CommandLine command={commandOf(filter)} />
          </div>
        </Card>
      )}
    </Answered>
  );
}

function commandOf(filter: string): string {
  return filter === ''
    ? 'tuesday device list'
    : `tuesday device list --filter '${filter.replaceAll("'", String.raw`'\''`)}'`;
}

function Count({ filter }: { filter: string }) {
  const { data, refused } = useAsked(
    `count ${filter}`,
    () => call('countDevices', { query: { filter } }),
    30_000,
    ['devices', 'device'],
  );
  const words = refused instanceof Refused ? t`too many to count now` : data && countWords(data);
  return <output className="num text-sm text-ink-2">{words ?? t`counting …`}</output>;
}

function countWords({ devices, more }: { devices: number; more: boolean }): string {
  if (more) return t`more than ${numberWords(devices)} devices`;
  return t`${numberWords(devices)} ${plural(devices, { one: 'device', other: 'devices' })}`;
}
