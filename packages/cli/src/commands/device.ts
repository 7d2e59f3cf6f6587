import type { AmongNeighbours, DeviceListView, DeviceView } from '@tuesday/protocol';
import type { Command } from 'commander';
import { does, group, leaf } from '../command.ts';
import { table, time } from '../output.ts';
import { wholeNumber } from '../flag-values.ts';
import { timelineCommand } from './device-timeline.ts';

export function deviceGroup(): Command {
  return group('device', 'One device', [
    list(),
    count(),
    timelineCommand(),
    does(
      leaf('view <device>', 'What one device reported, and where it stands', ['device view th-0042']),
      async ({ client, show }, device) => {
        show(await client().call('viewDevice', { params: { device } }), describe);
      },
    ),
    act('hold', 'holdDevice', 'Exclude one device from offers'),
    act('unhold', 'unholdDevice', 'Let offers reach the device again'),
    retry(),
  ]);
}

interface ListFlags {
  after?: string;
  limit?: number;
  version?: string;
  filter?: string;
}

function list(): Command {
  return does<ListFlags>(
    leaf('list', 'Devices by id, those that fit a filter', [
      'device list',
      'device list --version 3.2.5 --limit 500 --json',
      `device list --filter 'environment.broker=="mosquitto 2.0.18";healthy==false'`,
      `device list --filter 'lastSeen=lt=-3d or state==silent'`,
    ])
      .option('--after <device>', 'devices after this one')
      .option('--limit <number>', 'how many at most', wholeNumber)
      .option('--version <version>', 'only those that run it')
      .option('--filter <filter>', 'only those that fit; tuesday filter fields lists what it can ask for'),
    async ({ client, flags, show }) => {
      const { after, limit, version, filter } = flags;
      const view = await client().call('listDevices', { query: { after, limit, version, filter } });
      show(view, (shown) => describeList(shown, filter));
    },
  );
}

function describeList({ devices, next }: DeviceListView, filter: string | undefined): string {
  const rows = devices.map((one) => [
    one.device,
    one.hardware,
    one.version ?? '–',
    one.healthy === null ? '–' : one.healthy ? 'healthy' : 'unhealthy',
    time(one.lastSeen),
  ]);
  const same = filter === undefined ? '' : ` --filter ${inShell(filter)}`;
  const more = next === null ? '' : `\nmore: tuesday device list${same} --after ${next}`;
  return table([['device', 'hardware', 'version', 'health', 'last seen'], ...rows]) + more;
}

function inShell(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function count(): Command {
  return does<{ filter?: string }>(
    leaf('count', 'How many devices fit a filter; beyond 10,000 it says "more than"', [
      'device count',
      `device count --filter 'version=lt=3.2.5'`,
    ]).option('--filter <filter>', 'only those that fit'),
    async ({ client, flags, show }) => {
      const { filter } = flags;
      show(await client().call('countDevices', { query: { filter } }), ({ devices, more }) =>
        more ? `more than ${devices}` : String(devices),
      );
    },
  );
}

function act(verb: 'hold' | 'unhold', route: 'holdDevice' | 'unholdDevice', summary: string): Command {
  return does<{ because: string }>(
    leaf(`${verb} <device>`, summary, [
      `device ${verb} th-0042 --because "on the test bench"`,
    ]).requiredOption('--because <sentence>', 'why; kept in the audit log'),
    async ({ client, flags, show }, device) => {
      const { because } = flags;
      show(await client().call(route, { params: { device }, body: { because } }), describe);
    },
  );
}

function retry(): Command {
  return does<{ release: string; because: string }>(
    leaf('retry <device>', 'Let the device try a release again, once, that it went back from', [
      'device retry th-0042 --release 3.2.5 --because "its flash was replaced"',
    ])
      .requiredOption('--release <version>', 'what it went back from')
      .requiredOption('--because <sentence>', 'why; kept in the audit log'),
    async ({ client, flags, show }, device) => {
      const { release, because } = flags;
      const body = { release, because };
      show(await client().call('retryDevice', { params: { device }, body }), describe);
    },
  );
}

function describe(view: DeviceView): string {
  const { report } = view;
  const lines = [
    ['device', view.device],
    ['hardware', view.hardware],
    ['enrolled', time(view.enrolledAt)],
    ['last seen', time(view.lastSeen)],
    ['held', view.held ? 'yes' : 'no'],
  ];
  if (report) {
    const slots = (['a', 'b'] as const).map(
      (name) =>
        `${name}${name === report.active ? '*' : ''} ${report.slots[name].version ?? ''} ${report.slots[name].state}`,
    );
    lines.push(['slots', slots.join(', ')]);
    lines.push(['health', report.health.ok ? 'ok' : `failing: ${report.health.failing ?? 'unnamed check'}`]);
    if (report.health.excused) lines.push(['never worked', report.health.excused.join(' ')]);
    for (const { code, because } of report.trouble ?? []) lines.push([`trouble ${code}`, because]);
    if (report.rolledBackFrom.length > 0) lines.push(['went back from', report.rolledBackFrom.join(' ')]);
    if (report.errors.length > 0) lines.push(['errors', report.errors.join(' ')]);
    lines.push(['reached by', report.transport]);
    if (report.relay) lines.push(['hears on the link', neighbourWords(report.relay)]);
    for (const [name, value] of Object.entries(report.environment)) lines.push([`  ${name}`, value]);
  }
  for (const { version, kind, because, heardAt, road } of view.rescues) {
    const from =
      road === undefined
        ? ''
        : ` Bytes by ${road.by}${road.neighbour === undefined ? '' : ` from ${road.neighbour}`}.`;
    lines.push([`rescue to ${version}`, `${kind}, heard ${time(heardAt)}: ${because}${from}`]);
  }
  if (view.progress) {
    const { step, percent, because } = view.progress;
    lines.push(['progress', [`${step}, ${percent} %`, because].filter(Boolean).join('; ')]);
  }
  const again = view.offer.againAt === null ? '' : ` Again at ${time(view.offer.againAt)}.`;
  lines.push(['offer', `${view.offer.because}${again}`]);
  for (const { release, refused } of view.retries) {
    lines.push([`second try of ${release}`, refused === null ? 'possible' : refused.because]);
  }
  for (const { rollout, stage, state, because } of view.memberships) {
    lines.push([`rollout ${rollout}`, `stage ${stage + 1}, ${state}: ${because}`]);
  }
  return table(lines);
}

function neighbourWords({ heard, others, gives }: AmongNeighbours): string {
  const named = heard.length === 0 ? 'nobody by name' : heard.join(' ');
  return `${named}${others === 0 ? '' : `, and ${others} more`}${gives ? '' : ' (and gives nothing)'}`;
}
