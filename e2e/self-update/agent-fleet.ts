/** A control plane with a fleet of firmware and a fleet of agents, worked by its command line. */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeBundle } from '@tuesday/agent';
import {
  type Clock,
  type DeviceView,
  formatClock,
  operatorClient,
  type OperatorClient,
  parseClock,
  startClock,
} from '@tuesday/protocol';
import { ServerProcess } from '../testing/server-process.ts';

/** An hour takes a minute. */
const RATE = 60;
const DAYS = 'monday, tuesday, wednesday, thursday, friday, saturday, sunday';
const POLICY = `calendar:
  zone: UTC
  windows:
    - days: [${DAYS}]
      from: '00:00'
      to: '24:00'
watch:
  required: false
approvals:
  needed: 0
`;
const FIRMWARE = `console.log('{"mqtt":"connected"}'); process.stdin.on('end', () => process.exit(0)).resume();`;

export const DEVICE = 'gw-1';
export const HARDWARE = `tuesday-agent-${process.platform}-${process.arch}`;

export class AgentFleet {
  readonly clock: Clock;
  readonly clockSetting: string;
  readonly #server: ServerProcess;
  #published: string | undefined;

  private constructor(server: ServerProcess, clockSetting: string) {
    this.#server = server;
    this.clockSetting = clockSetting;
    this.clock = parseClock(clockSetting);
  }

  static async make(): Promise<AgentFleet> {
    const clock = formatClock(startClock(Date.parse('2026-11-24T09:00:00Z'), RATE));
    const server = await ServerProcess.make(clock, { TUESDAY_POLL: '1m', TUESDAY_OFFERED_POLL: '1m' });
    try {
      await server.start();
      await server.tuesday('fleet', 'create', 'agents', '--name', 'The agents');
      await server.tuesday('keys', 'init', '--dir', 'keys', '--names', 'alice,bob');
      await server.tuesday('keys', 'install', '--dir', 'keys');
      const fleet = new AgentFleet(server, clock);
      await fleet.agents('keys', 'install', '--dir', 'keys');
      writeFileSync(join(server.folder, 'policy.yaml'), POLICY);
      await fleet.agents('policy', 'set', '--file', 'policy.yaml', '--because', 'a test that knows no night');
      return fleet;
    } catch (error) {
      await server.remove();
      throw error;
    }
  }

  remove(): Promise<void> {
    return this.#server.remove();
  }

  get folder(): string {
    return this.#server.folder;
  }

  /** The command line, for the fleet of agents. */
  agents(...args: string[]): Promise<string> {
    return this.#server.tuesday(...args, '--fleet', 'agents');
  }

  /** @param executable what is to run on devices, whatever it is */
  async publish(version: string, executable: string): Promise<void> {
    const artifact = `${HARDWARE}=${executable}`;
    const wayBack = this.#published === undefined ? [] : ['--way-back', this.#published];
    await this.agents('release', 'create', '--version', version, '--artifact', artifact, ...wayBack);
    for (const who of ['alice', 'bob'])
      await this.agents('release', 'sign', version, '--key', `keys/offline/${who}.targets.json`);
  }

  /** Releases from now on name this one as their way back. */
  goesBackTo(version: string): void {
    this.#published = version;
  }

  /** @returns the rollout, which is under way */
  async rollOut(version: string): Promise<string> {
    const plan = {
      name: `agent ${version}`,
      release: version,
      stages: [{ share: 1, soak: '1h', gate: { maxBadShare: 0.5, minProvenShare: 0.5, minBadDevices: 100 } }],
      probation: '60s',
      silentAfter: '1h',
      watch: '0s',
      coverage: 0,
      holdOut: 0,
    };
    writeFileSync(join(this.folder, 'plan.yaml'), JSON.stringify(plan));
    const said = await this.agents('rollout', 'create', '--plan', 'plan.yaml', '--json');
    const { rollout } = JSON.parse(said) as { rollout: string };
    await this.agents('rollout', 'start', rollout);
    return rollout;
  }

  /** @returns the configuration of an agent that keeps itself current, in a folder of its own */
  async configure(home: string): Promise<string> {
    mkdirSync(home);
    const file = (name: string, bytes: string | Buffer) => {
      writeFileSync(join(home, name), bytes);
      return join(home, name);
    };
    copyFileSync(join(this.folder, 'keys/root.json'), join(home, 'root.json'));
    const rootFile = join(home, 'root.json');
    const said = await this.agents('fleet', 'key', '--because', 'a test', '--json');
    const { fleetKey } = JSON.parse(said) as { fleetKey: string };
    const facts = { tuesday: 1, version: '3.2.4', hardware: 'th-2', securityVersion: 0 } as const;
    const bundleFile = file('factory', makeBundle({ version: '3.2.4', hardware: 'th-2' }, FIRMWARE));
    const config = {
      folder: join(home, 'device'),
      server: this.#server.url,
      device: DEVICE,
      hardware: 'th-2',
      fleetKeyFile: file('key', this.#server.secret('fleet.json', 'fleetKey')),
      rootFile,
      factory: { bundleFile, facts },
      selfUpdate: {
        server: `${this.#server.url}/fleets/agents`,
        fleetKeyFile: file('agents.key', fleetKey),
        rootFile,
      },
    };
    return file('agent.json', JSON.stringify(config));
  }

  /** The page of the agent as a device. */
  agent(): Promise<DeviceView | undefined> {
    return this.#page(this.#operator('/fleets/agents'), `${DEVICE}.agent`);
  }

  /** The page of the device that the agent looks after. */
  device(): Promise<DeviceView | undefined> {
    return this.#page(this.#operator(''), DEVICE);
  }

  async phase(rollout: string): Promise<string> {
    return (await this.#operator('/fleets/agents').call('viewRollout', { params: { rollout } })).phase;
  }

  /** Resolves once it holds; it is asked again and again. */
  async until(holds: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await holds())) await this.clock.sleep(15_000);
  }

  #operator(path: string): OperatorClient {
    return operatorClient(`${this.#server.url}${path}`, this.#server.secret('operator.json', 'token'), fetch);
  }

  async #page(client: OperatorClient, device: string): Promise<DeviceView | undefined> {
    return client.call('viewDevice', { params: { device } }).catch(() => undefined);
  }
}
