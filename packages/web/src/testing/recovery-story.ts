/** Devices that the Friday evening left silent: some healed by neighbours, some wait, some are for technicians. */
import type {
  CampaignDeviceView,
  CampaignLineView,
  CampaignPreview,
  CampaignRoad,
  CampaignView,
  RoadView,
} from '@tuesday/protocol';
import { INCIDENT } from './incident-story.ts';
import { NINE } from './story.ts';

const HOUR = 3_600_000;
const NOW = NINE + HOUR;
const ROADS: readonly CampaignRoad[] = ['http', 'relay', 'rescue', 'technician'];

const LINE: CampaignLineView = {
  recovery: 'rc-5d10c2e4a7f1',
  title: 'Silent thermostats after 3.2.5',
  state: 'running',
  incident: INCIDENT.incident,
  release: '3.2.6',
  devices: 24,
  plannedAt: NOW - 7 * HOUR,
  plannedBy: 'alice',
  startedAt: NOW - 6 * HOUR,
  endedAt: null,
};

export const CAMPAIGNS: readonly CampaignLineView[] = [
  LINE,
  {
    ...LINE,
    recovery: 'rc-11aa5c02de90',
    title: 'Two boilers in Ulm',
    state: 'stopped',
    incident: null,
    devices: 2,
    endedAt: NOW - 100 * HOUR,
    startedAt: NOW - 180 * HOUR,
  },
];

const FIT = '3.2.6 is signed as a recovery release for th-2.';
const GROUPS: CampaignView['groups'] = [
  {
    hardware: 'th-2',
    devices: 9,
    open: { http: 1, relay: 5, rescue: 9, technician: 9 },
    because: FIT,
    try: null,
  },
  {
    hardware: 'th-1',
    devices: 4,
    open: { http: 0, relay: 0, rescue: 0, technician: 4 },
    because: '3.2.6 has no signed artifact for th-1.',
    try: 'publish a recovery release for it: tuesday release create --recovery --artifact th-1=… --version …',
  },
];

const HEALED = [0, 1, 2, 5, 7, 9, 10];

export const CAMPAIGN: CampaignView = {
  ...LINE,
  now: NOW,
  because: 'They fell silent on Friday, and most have neighbours on the link.',
  filter: null,
  roads: [...ROADS],
  visitsPerDay: 3,
  waitHours: 24,
  startedBy: 'alice',
  endedBy: null,
  endedBecause: null,
  summary: {
    what: '10 of 24 devices are healed: 6 by relay, 2 over the server, 1 by technicians, 1 by themselves; 6 wait; 1 is heard again and not well yet; 4 wait for a technician; 2 were visited and not heard since; 1 is given up.',
    why: 'They are to run 3.2.6: They fell silent on Friday, and most have neighbours on the link. 3.2.6 has no signed artifact for th-1.',
    next: 'Send technicians to 4 devices, 3 a day: tuesday recovery technicians rc-5d10c2e4a7f1.',
  },
  standing: { waiting: 6, heard: 1, technician: 4, visited: 2, healed: 10, 'given-up': 1 },
  healedBy: { relay: 6, http: 2, technician: 1, itself: 1, unsaid: 0 },
  open: { http: 1, relay: 5, rescue: 9, technician: 13 },
  groups: GROUPS,
  through: [
    { neighbour: 'th-0007', healed: 4 },
    { neighbour: 'th-0031', healed: 2 },
  ],
  relays: 3,
  progress: HEALED.map((healed, hour) => ({
    at: NOW - (6 - hour) * HOUR,
    healed,
    visited: Math.max(0, hour - 3),
    'given-up': hour > 4 ? 1 : 0,
  })),
  mayNot: {
    start: {
      code: 'conflict',
      because: `recovery campaign ${LINE.recovery} is running already`,
      try: 'read it again and repeat',
    },
    stop: null,
    finish: {
      code: 'conflict',
      because: '13 devices are neither healed nor given up',
      try: 'wait for them, give them up, or stop the campaign',
    },
    visit: null,
  },
};

const road = (name: CampaignRoad, open: boolean, neighbours: readonly string[] = []): RoadView => ({
  road: name,
  open,
  because: open ? 'it is open.' : 'the server has not heard it for more than 45m.',
  neighbours: neighbours.map((device) => ({ device, lastSeen: NOW - 60_000 })),
});

const device = (change: Partial<CampaignDeviceView>): CampaignDeviceView => ({
  device: 'th-0042',
  hardware: 'th-2',
  standing: 'waiting',
  healedBy: null,
  through: null,
  because: '2 devices in contact hear it on the link, and may give.',
  version: '3.2.5',
  lastSeen: NOW - 50 * HOUR,
  roads: [
    road('http', false),
    road('relay', true, ['th-0007', 'th-0031']),
    road('rescue', true),
    road('technician', true),
  ],
  road: 'relay',
  day: null,
  visitedAt: null,
  environment: {},
  customer: null,
  ...change,
});

export const CAMPAIGN_DEVICES: CampaignDeviceView[] = [
  device({
    device: 'th-0041',
    standing: 'healed',
    healedBy: 'relay',
    through: 'th-0007',
    because: 'healed by relay: took 3.2.6 through th-0007, on the link.',
    version: '3.2.6',
    lastSeen: NOW - 5 * 60_000,
    road: null,
  }),
  device({}),
  device({
    device: 'th-0077',
    hardware: 'th-1',
    standing: 'technician',
    because:
      'for a technician: no device in contact says that it hears it on the link. 3.2.6 has no signed artifact for th-1.',
    roads: [road('http', false), road('relay', false), road('rescue', false), road('technician', true)],
    road: 'technician',
    day: 1,
  }),
  device({
    device: 'th-0080',
    standing: 'heard',
    because: 'in contact, and in rescue: it looks for a recovery release.',
    lastSeen: NOW - 60_000,
    roads: [road('http', true), road('relay', false), road('rescue', true), road('technician', true)],
    road: 'http',
  }),
];

export const PREVIEW: CampaignPreview = {
  devices: 24,
  leftOut: 3,
  open: { http: 1, relay: 11, rescue: 20, technician: 24 },
  first: { http: 1, relay: 10, rescue: 9, technician: 4 },
  none: 0,
  groups: GROUPS.map((group) => ({ ...group, devices: group.hardware === 'th-2' ? 20 : 4 })),
};
