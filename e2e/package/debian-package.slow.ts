/**
 * The Debian package on a machine with systemd, from its installation to its purge: the service as it is packaged, with
 * the configuration of its documentation, a real server, and all that hardens it.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { makeBundle } from '@tuesday/agent';
import { formatClock, startClock, wallClock } from '@tuesday/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ServerProcess } from '../testing/server-process.ts';
import { builtPackage } from './built-agent.ts';
import { SystemGuest } from './system-guest.ts';

const CONFIG = '/etc/tuesday-agent/agent.json';
const DATA = '/var/lib/tuesday-agent';
const DEVICE = 'th-000417';
const UNIT = 'tuesday-agent.service';
const FIRMWARE = `console.log('{"mqtt":"connected"}'); process.stdin.on('end', () => process.exit(0)).resume();`;
/** A minute takes two seconds. */
const CLOCK = formatClock(startClock(Date.parse('2026-11-24T09:00:00Z'), 30));

const left = new AsyncDisposableStack();
let packages: string;
let guest: SystemGuest;
let server: ServerProcess;

beforeAll(async () => {
  packages = left.adopt(mkdtempSync('/tmp/tuesday-packages-'), (made) => rmSync(made, { recursive: true }));
  server = left.adopt(await ServerProcess.make(CLOCK), (made) => made.remove());
  await server.start();
  await server.tuesday('keys', 'init', '--dir', 'keys', '--names', 'alice,bob');
  await server.tuesday('keys', 'install', '--dir', 'keys');
  guest = left.adopt(new SystemGuest(), (made) => made.remove());
  await guest.start();
  // The one thing that is not as on a device: time.
  const dropIn = `/etc/systemd/system/${UNIT}.d`;
  guest.do('mkdir', '-p', dropIn);
  guest.write(`${dropIn}/clock.conf`, `[Service]\nEnvironment="TUESDAY_CLOCK=${CLOCK}"\n`);
}, 300_000);
afterAll(() => left.disposeAsync());

/** @returns the package, in the guest */
async function built(version: string): Promise<string> {
  const there = `/root/${version}.deb`;
  guest.write(there, readFileSync(await builtPackage(packages, version)));
  return there;
}

/** The configuration of the documentation, with the address of the real server. */
async function configure(): Promise<void> {
  const example = guest.do('cat', '/usr/share/doc/tuesday-agent/examples/agent.json');
  expect(example).toContain('https://ota.example');
  guest.write(CONFIG, example.replace('https://ota.example', server.url));
  const rootJson = await (await fetch(`${server.url}/device/v1/trust/metadata/1.root.json`)).text();
  guest.write('/etc/tuesday-agent/root.json', rootJson);
  guest.write('/etc/tuesday-agent/fleet-key', server.secret('fleet.json', 'fleetKey'));
  const facts = { version: '3.2.4', hardware: 'th-2' };
  guest.write('/etc/tuesday-agent/factory.bundle', makeBundle(facts, FIRMWARE));
}

/** By its number, so that the same words said before do not count. */
const saidBy = (pid: string) => guest.do('journalctl', '--no-pager', '-o', 'cat', `_PID=${pid}`);
const property = (name: string) => guest.do('systemctl', 'show', '--value', '-p', name, UNIT);
const state = () => guest.run('systemctl', 'is-active', UNIT).said.trim();

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await wallClock().sleep(200);
}

/** The agent itself: the child of the launcher's shell. */
async function agentPid(): Promise<string> {
  let pid = '';
  const find = () => (pid = guest.run('pgrep', '-f', '^/usr/lib/tuesday/tuesday-agent run ').said.trim());
  await until(() => /^\d+$/.test(find()));
  return pid;
}

/** What the server heard last of the device. */
async function report() {
  const found = await server.operator.call('listDevices', { query: {} });
  if (found.devices.length === 0) return undefined;
  return (await server.operator.call('viewDevice', { params: { device: DEVICE } })).report;
}

test('the package from its installation to its purge', async () => {
  const first = await built('1.0.0-rc.1');
  const second = await built('1.0.0');
  // Somebody else's.
  guest.do('mkdir', '-p', '/var/lib/tuesday/database');

  guest.do('dpkg', '--install', first);
  expect(guest.do('/usr/lib/tuesday/tuesday-agent', '--version')).toBe('1.0.0-rc.1');
  expect(guest.do('stat', '-c', '%U:%G %a', '/usr/lib/tuesday/tuesday-agent')).toBe('root:root 755');
  expect(guest.do('stat', '-c', '%U:%G %a', '/etc/tuesday-agent')).toBe('root:tuesday-agent 750');
  expect(guest.do('systemctl', 'is-enabled', UNIT)).toBe('enabled');
  expect([state(), property('ConditionResult')]).toEqual(['inactive', 'no']);
  expect(guest.run('systemd-analyze', 'verify', UNIT)).toEqual({ code: 0, said: '' });
  // Tenths of the exposure that systemd counts; what it has by itself is 96.
  expect(guest.run('systemd-analyze', 'security', '--threshold=20', UNIT).code).toBe(0);

  await configure();
  guest.do('systemctl', 'start', UNIT);
  await until(async () => (await report())?.agent === '1.0.0-rc.1');
  expect(await report()).toMatchObject({ slots: { a: { state: 'confirmed', version: '3.2.4' } } });
  expect((await report())?.trouble ?? []).toEqual([]);
  const pid = await agentPid();
  expect(guest.do('stat', '-c', '%U', `/proc/${pid}`)).toBe('tuesday-agent');
  expect(guest.do('stat', '-c', '%U %a', DATA)).toBe('tuesday-agent 700');
  const identity = guest.do('cat', `${DATA}/device/identity.json`);
  const config = guest.do('cat', CONFIG);

  await refusesBadConfiguration(config);
  await relaysBehindTheHardening(config);
  await comesBackWhenKilled();
  await writesBootFolders();

  guest.do('dpkg', '--install', second);
  await until(async () => (await report())?.agent === '1.0.0');
  expect(guest.do('cat', CONFIG)).toBe(config);
  expect(guest.do('cat', `${DATA}/device/identity.json`)).toBe(identity);
  expect((await server.operator.call('listDevices', { query: {} })).devices).toHaveLength(1);

  guest.do('systemctl', 'disable', '--now', UNIT);
  guest.do('dpkg', '--install', second);
  expect([state(), guest.run('systemctl', 'is-enabled', UNIT).said.trim()]).toEqual(['inactive', 'disabled']);
  guest.do('systemctl', 'enable', '--now', UNIT);

  guest.do('dpkg', '--remove', 'tuesday-agent');
  expect(guest.run('pgrep', 'tuesday-agent').said).toBe('');
  expect(guest.run('ls', '/usr/lib/tuesday').code).not.toBe(0);
  expect(guest.do('cat', CONFIG)).toBe(config);
  expect(guest.do('cat', `${DATA}/device/identity.json`)).toBe(identity);

  guest.do('dpkg', '--install', second);
  expect(guest.do('systemctl', 'is-enabled', UNIT)).toBe('enabled');
  await agentPid();
  guest.do('dpkg', '--purge', 'tuesday-agent');
  expect(guest.run('pgrep', 'tuesday-agent').said).toBe('');
  for (const gone of ['/etc/tuesday-agent', DATA, '/usr/lib/tuesday'])
    expect(guest.run('ls', '-d', gone).code, gone).not.toBe(0);
  expect(guest.do('find', '/etc/systemd/system', '-name', UNIT)).toBe('');
  expect(guest.do('ls', '/var/lib/tuesday').split('\n')).toContain('database');
}, 1_200_000);

async function refusesBadConfiguration(config: string): Promise<void> {
  guest.write(CONFIG, config.replace('"environment"', '"environmant"'));
  guest.do('systemctl', 'restart', UNIT);
  await until(() => state() === 'failed');
  expect(property('ExecMainStatus')).toBe('2');
  const words = saidBy(property('ExecMainPID'));
  expect(words).toMatch(/^config-invalid: .*environmant/m);
  guest.write(CONFIG, config);
  guest.do('systemctl', 'restart', UNIT);
  await agentPid();
}

/** Which networks there are is asked of the kernel in a way of its own. */
async function relaysBehindTheHardening(config: string): Promise<void> {
  guest.write(CONFIG, config.replace('"environment"', '"relay": { "lan": {} }, "environment"'));
  guest.do('systemctl', 'restart', UNIT);
  const pid = await agentPid();
  await until(() => saidBy(pid).includes('"event":"running"'));
  expect(saidBy(pid)).not.toContain('relay-failed');
  expect(guest.do('ss', '-lunp')).toContain(`pid=${pid},`);
  guest.write(CONFIG, config);
  guest.do('systemctl', 'restart', UNIT);
  await agentPid();
}

async function comesBackWhenKilled(): Promise<void> {
  const first = await agentPid();
  guest.do('kill', '-9', first);
  let second = first;
  await until(async () => (second = await agentPid()) !== first);
  expect(property('NRestarts')).toBe('0');
  guest.do('kill', '-9', property('MainPID'));
  await until(() => property('NRestarts') === '1' && state() === 'active');
  expect(await agentPid()).not.toBe(second);
}

/** With the drop-in for devices whose boot loader is the back-end; folders that a device does not have are no matter. */
async function writesBootFolders(): Promise<void> {
  const dropIn = `/etc/systemd/system/${UNIT}.d/whole-machine.conf`;
  guest.do('cp', '/usr/share/doc/tuesday-agent/examples/whole-machine.conf', dropIn);
  guest.do('systemctl', 'daemon-reload');
  expect(guest.run('systemd-analyze', 'verify', UNIT)).toEqual({ code: 0, said: '' });
  guest.do('rm', '-rf', '/efi');
  guest.do('systemctl', 'restart', UNIT);
  await agentPid();
  guest.do('mkdir', '/efi');
  guest.do('systemctl', 'restart', UNIT);
  const pid = await agentPid();
  expect(guest.do('stat', '-c', '%U', `/proc/${pid}`)).toBe('root');
  const writes = (file: string) => guest.run('nsenter', '--target', pid, '--mount', 'touch', file).code === 0;
  expect([writes('/efi/probe'), writes('/boot/probe'), writes('/usr/probe')]).toEqual([true, true, false]);
  guest.do('rm', dropIn);
  guest.do('systemctl', 'daemon-reload');
  guest.do('systemctl', 'restart', UNIT);
  await agentPid();
}
