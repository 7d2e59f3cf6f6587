/**
 * Memory and processor time of an idle agent: the one-file executable with its firmware, its MQTT session in a
 * worker, a poll a minute. `npm run --silent bench:agent -- --json`. The ceiling in the same run is Node's own
 * executable that does nothing at all.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { wallClock } from '@tuesday/protocol';
import { startControlPlane } from '../packages/agent/src/run/testing/control-plane.ts';
import { makeBundle } from '../packages/agent/src/slots/bundle.ts';
import { buildOneFile } from '../tools/agent/one-file.ts';
import { root } from '../tools/files.ts';

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, seconds: { type: 'string', default: '120' } },
});
const clock = wallClock();
const machine = process.arch === 'arm64' ? 'arm64' : 'x64';
const executable = join(root, `dist/agent/tuesday-agent-linux-${machine}`);
if (!existsSync(executable)) {
  await buildOneFile({ machine, version: '0.1.0', cache: join(root, '.cache/agent'), outfile: executable });
}
const folder = mkdtempSync(join(tmpdir(), 'bench-agent-'));
const firmware = `console.log('{"mqtt":"connected"}'); process.stdin.resume();`;
const facts = { tuesday: 1, version: '3.2.4', hardware: 'th-1', securityVersion: 0 } as const;
const plane = await startControlPlane(
  makeBundle({ version: '3.2.5', hardware: 'th-1' }, firmware),
  clock.now(),
);
const place = (name: string, bytes: string | Buffer) => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};
const config = place(
  'agent.json',
  JSON.stringify({
    folder: join(folder, 'device'),
    server: plane.server,
    device: 'd-1',
    hardware: 'th-1',
    fleetKeyFile: place('key', 'any'),
    rootFile: place('root.json', plane.rootJson),
    factory: {
      bundleFile: place('factory', makeBundle({ version: '3.2.4', hardware: 'th-1' }, firmware)),
      facts,
    },
  }),
);
const environment = { ...process.env, MALLOC_ARENA_MAX: '1' };
const nothing = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { env: environment });
const agent = spawn(executable, ['run', '--config', config], {
  env: environment,
  stdio: ['ignore', 'pipe', 'inherit'],
});
agent.stdout.resume();
try {
  while (plane.reports.length === 0) await clock.sleep(200);
  await clock.sleep(20_000);
  const seconds = Number(values.seconds);
  const before = processorSeconds(agent);
  await clock.sleep(seconds * 1_000);
  const used = processorSeconds(agent) - before;
  const result = {
    residentMb: megabytes(agent, 'VmRSS'),
    anonymousMb: megabytes(agent, 'RssAnon'),
    nodeDoingNothingMb: megabytes(nothing, 'VmRSS'),
    processorPercent: Math.round((10_000 * used) / seconds) / 100,
    seconds,
    checkIns: plane.reports.length,
  };
  process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : `${JSON.stringify(result, null, 2)}\n`);
} finally {
  agent.kill('SIGTERM');
  nothing.kill('SIGKILL');
  await new Promise((resolve) => agent.once('exit', resolve));
  await plane.close();
  rmSync(folder, { recursive: true });
}

function megabytes({ pid }: ChildProcess, name: string): number {
  const line = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Math.round(Number(line?.[1] ?? 0) / 102.4) / 10;
}

/** User and system time, proc(5): fields 14 and 15 of stat, in hundredths. */
function processorSeconds({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
