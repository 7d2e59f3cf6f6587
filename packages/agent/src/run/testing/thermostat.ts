/** A thermostat of type th-1 on 3.2.4, as tests of a whole agent use it: real files, processes and connections. */
import { type Clock, clockOf, isRefused, type OfferUpdate, startClock } from '@tuesday/protocol';
import { makeBundle } from '../../slots/bundle.ts';
import { provision } from '../provision.ts';
import { type AgentOptions, runAgent, type RunningAgent } from '../run-agent.ts';
import type { ControlPlane } from './control-plane.ts';

/** Far from the machine's time: a device goes by the clock that it is handed. */
export const NOW = Date.UTC(2031, 0, 7, 9);
/** Ten minutes a second, from the first agent of a plane on: metadata of the plane is valid for a day. */
const clocks = new WeakMap<ControlPlane, Clock>();

function clockOfPlane(plane: ControlPlane): Clock {
  const clock = clocks.get(plane) ?? clockOf(startClock(NOW, 600));
  clocks.set(plane, clock);
  return clock;
}

const SAYS = `console.log('{"mqtt":"connected"}\\n{"broker":"mosquitto 2.0.18"}');`;
/** Firmware that runs until its agent ends it. */
export const HEALTHY = `${SAYS} process.stdin.on('end', () => process.exit(0)).resume();`;
/** Firmware that raises 0x45 and ends. */
export const DIES = `${SAYS} console.log('{"error":"0x45"}'); process.exit(69);`;

export const FACTORY = { tuesday: 1, version: '3.2.4', hardware: 'th-1', securityVersion: 0 } as const;

export const OFFER: OfferUpdate = {
  kind: 'update',
  offer: 'r1.u1',
  rollout: 'r1',
  version: '3.2.5',
  target: '3.2.5/th-1.bundle',
  probationSeconds: 300,
};

/** @param program source of an ES module */
export function firmware(version: string, program: string): Buffer {
  return makeBundle({ version, hardware: 'th-1' }, program);
}

/** What a thermostat is started with, beside its folder; the rest stands in each test. */
export function optionsFor(plane: ControlPlane): Omit<AgentOptions, 'folder'> {
  return {
    server: plane.server,
    device: 'thermostat-1',
    hardware: 'th-1',
    fleetKey: 'any',
    rootJson: plane.rootJson,
    environment: {},
    clock: clockOfPlane(plane),
    random: Math.random,
    mqttGraceMillis: 3_600_000,
    settings: { settleMillis: 900_000, trialHealthEveryMillis: 120_000 },
  };
}

/**
 * Provisions a folder with this firmware, unless it is a device's already, and starts its agent.
 *
 * @throws Error with the refusal when it may not start
 */
export async function startThermostat(
  plane: ControlPlane,
  folder: string,
  { program = HEALTHY, ...more }: { program?: string } & Partial<AgentOptions> = {},
): Promise<RunningAgent> {
  await provision(folder, FACTORY, firmware('3.2.4', program));
  const agent = await runAgent({ ...optionsFor(plane), folder, ...more });
  if (isRefused(agent)) throw new Error(agent.refused.because);
  return agent;
}
