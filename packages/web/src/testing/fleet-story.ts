/** A fleet of 240 in the middle of an update, with a week of history. */
import type {
  DeviceListView,
  FilterFieldsView,
  FleetHistoryView,
  InventoryHistory,
  InventoryView,
  SavedFiltersView,
} from '@tuesday/protocol';
import { NINE } from './story.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ALL = 240;
const HOURS = 7 * 24;

/** The newest version comes on the last day; three hours are missing in the middle. */
export const HISTORY: FleetHistoryView = {
  step: 'hour',
  silentAfter: '45m',
  points: Array.from({ length: HOURS }, (_, hour) => hour)
    .filter((hour) => hour < 70 || hour > 73)
    .map((hour) => {
      const fresh = Math.max(0, Math.min(30, (hour - HOURS + 12) * 3));
      const old = Math.max(8, 60 - Math.floor(hour / 2));
      return {
        at: NINE + (hour - HOURS + 1) * HOUR,
        devices: ALL,
        silent: hour < 2 ? null : 3 + ((hour * 7) % 5) + (hour > 160 ? 4 : 0),
        unhealthy: hour > 158 ? 2 * (hour - 158) : hour % 2,
        versions: [
          { version: '3.2.4', devices: ALL - old - fresh },
          { version: '3.2.3', devices: old },
          { version: '3.2.5', devices: fresh },
        ].filter(({ devices }) => devices > 0),
      };
    }),
};

const value = (name: string | null, devices: number, firstSeenAt: number | null = NINE - 90 * DAY) => ({
  value: name,
  devices,
  share: devices / ALL,
  firstSeenAt,
  spellings: name === null ? [] : [name],
});

export const INVENTORY: InventoryView = {
  at: NINE,
  devices: ALL,
  dimensions: [
    {
      name: 'broker',
      declared: true,
      more: 0,
      values: [
        value('mosquitto 2.0.15', 160),
        value('mosquitto 2.0.18', 36),
        value('mosquitto 2.0.22', 32),
        value('mosquitto 2.1.2', 4, NINE - 2 * DAY),
        value(null, 8, null),
      ],
    },
    {
      name: 'region',
      declared: true,
      more: 0,
      values: [value('eu-north', 90), value('eu-west', 82), value('us-east', 68)],
    },
    { name: 'hardware', declared: true, more: 0, values: [value('thermostat-2', ALL)] },
    {
      name: 'version',
      declared: false,
      more: 0,
      values: [value('3.2.4', 202), value('3.2.5', 30), value('3.2.3', 8)],
    },
  ],
};

export function historyOf(name: string): InventoryHistory {
  const values = INVENTORY.dimensions.find((one) => one.name === name)?.values ?? [];
  return {
    dimension: name,
    days: Array.from({ length: 30 }, (_, day) => ({
      day: new Date(NINE - (29 - day) * DAY).toISOString().slice(0, 10),
      devices: ALL,
      values: values
        .filter(({ firstSeenAt }) => firstSeenAt === null || firstSeenAt <= NINE - (29 - day) * DAY)
        .map((one, index) => ({ value: one.value, devices: one.devices + (index === 0 ? 29 - day : 0) })),
    })),
  };
}

export const FIELDS: FilterFieldsView = {
  fields: [
    ['id', 'text', 'the device’s id', 'id==th-00*', []],
    ['version', 'version', 'what it runs', 'version=lt=3.2.5', ['3.2.4', '3.2.5', '3.2.3']],
    [
      'environment.broker',
      'text',
      'an attribute as the device reports it, or the value that it stands for',
      'environment.broker=="mosquitto 2.0.15"',
      ['mosquitto 2.0.15', 'mosquitto 2.0.18'],
    ],
    ['lastSeen', 'time', 'when it was heard last', 'lastSeen=lt=-3d', ['-45m', '-24h', '-3d']],
    ['healthy', 'choice', 'what its health checks said last', 'healthy==false', ['true', 'false', 'unknown']],
  ].map(([field, kind, means, example, values]) => ({
    field: field as string,
    kind: kind as 'text',
    operators: kind === 'time' ? ['=lt=', '=le=', '=gt=', '=ge='] : ['==', '!=', '=in=', '=out='],
    means: means as string,
    example: example as string,
    values: values as string[],
  })),
};

export const SAVED: SavedFiltersView = {
  filters: [
    {
      name: 'north-silent',
      filter: 'environment.region==eu-north;lastSeen=lt=-3d',
      by: 'alice',
      at: NINE - DAY,
    },
    { name: 'unhealthy', filter: 'healthy==false', by: 'carol', at: NINE - 9 * DAY },
  ],
};

const BROKERS = ['mosquitto 2.0.15', 'mosquitto 2.0.18', 'mosquitto 2.0.22'];

/** Of the language it knows what the tests ask: healthy==false, and a part of an id. */
export function devicesFor(query: URLSearchParams): DeviceListView {
  const filter = query.get('filter') ?? '';
  const after = query.get('after') ?? '';
  const all = Array.from({ length: 40 }, (_, index) => ({
    device: `th-${String(index + 1).padStart(4, '0')}`,
    hardware: 'thermostat-2',
    version: index % 8 === 0 ? '3.2.5' : index % 11 === 0 ? null : '3.2.4',
    lastSeen: index % 13 === 0 ? null : NINE - index * 47_000,
    healthy: index % 11 === 0 ? null : index % 8 !== 0,
    environment: { broker: BROKERS[index % 3] as string, region: 'eu-north' },
  }));
  const word = filter.includes('=') ? '' : filter;
  const fits = all.filter(
    (one) => one.device.includes(word) && (filter !== 'healthy==false' || one.healthy === false),
  );
  const later = fits.filter(({ device }) => device > after);
  return { devices: later.slice(0, 25), next: later.length > 25 ? (later[24]?.device ?? null) : null };
}
