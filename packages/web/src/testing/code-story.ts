/** A catalogue: codes that a release documents, one that a person wrote down, and one that nobody knows. */
import type { CodeLineView, CodeListView, CodeView } from '@tuesday/protocol';
import { NINE } from './story.ts';

const HOUR = 3_600_000;

const line = (code: string, change: Partial<CodeLineView>): CodeLineView => ({
  code,
  state: 'documented',
  title: null,
  severity: null,
  failsHealth: false,
  release: '3.2.5',
  releases: 2,
  devices: 0,
  openedAt: null,
  ...change,
});

const unseen = { release: null, releases: 0, openedAt: NINE - 2 * HOUR };
const LINES: readonly CodeLineView[] = [
  line('0x11', { title: 'Room sensor out of range', severity: 'warning' }),
  line('0x31', { title: 'No wireless network', severity: 'info' }),
  line('0x45', { title: 'Network stack crashed', severity: 'critical', failsHealth: true, releases: 1 }),
  line('0x52', {
    ...unseen,
    state: 'written',
    title: 'Valve does not move',
    severity: 'warning',
    failsHealth: null,
    devices: 2,
  }),
  line('0x77', { ...unseen, state: 'stub', failsHealth: null, devices: 4 }),
];

export function codesFor(query: URLSearchParams): CodeListView {
  const [state, search] = [query.get('state'), query.get('search')?.toLowerCase()];
  const fits = LINES.filter(
    (one) =>
      (state === null || one.state === state) &&
      (search === undefined || `${one.code} ${one.title ?? ''}`.toLowerCase().includes(search)),
  );
  return { codes: fits, stubs: 1, next: null };
}

const said = {
  title: 'Network stack crashed',
  meaning: 'The thermostat cannot be reached from the app; heating goes on by its schedule.',
  customer: 'Nothing needs to be done at home. Do not pull the plug.',
  severity: 'critical' as const,
  failsHealth: true,
  since: '3.2.5',
  texts: { de: { title: 'Netzwerk abgestürzt', meaning: 'Nicht erreichbar.', customer: 'Nichts zu tun.' } },
};

export const DOCUMENTED: CodeView = {
  code: '0x45',
  state: 'documented',
  now: said,
  releases: [
    { ...said, release: '3.2.6', publishedAt: NINE - 20 * HOUR },
    {
      ...said,
      title: 'Network lost',
      severity: 'warning',
      failsHealth: false,
      release: '3.2.5',
      publishedAt: NINE - 400 * HOUR,
    },
  ],
  stub: null,
  tickets: { lastDay: 12, dayBefore: 1 },
  owner: 'erin',
};

export const STUB: CodeView = {
  code: '0x77',
  state: 'stub',
  now: null,
  releases: [],
  stub: {
    openedAt: NINE - 2 * HOUR,
    seenBy: 'device',
    firstDevice: 'th-0042',
    firstRelease: '3.2.5',
    firstEnvironment: { broker: 'mosquitto 2.0.18', region: 'north' },
    devices: 4,
    writtenAt: null,
    writtenBy: null,
    pagedAt: NINE - HOUR,
    closedAt: null,
    closedBy: null,
  },
  tickets: { lastDay: 3, dayBefore: 0 },
  owner: 'erin',
};
