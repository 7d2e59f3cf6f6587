import { agentConfig, type AgentOptions } from '@tuesday/agent';

/** Real milliseconds that a busy small machine may need to start a process and connect it. */
const START_UP = 2_500;

/**
 * Settings for a clock that runs `rate` times as fast as the wall's. It hurries the waits, but not the machine:
 * what waits for a process or a connection waits at least as long as those really take.
 */
export function paceOf(rate: number): Pick<AgentOptions, 'settings' | 'mqttGraceMillis'> {
  const usual = agentConfig({ device: 'any', hardware: 'any' });
  const atLeast = (millis: number, real: number) => Math.max(millis, Math.round(real * rate));
  return {
    mqttGraceMillis: atLeast(120_000, START_UP),
    settings: {
      // A server that was away is found again within a poll: a longer silence would be reported as such.
      checkInBackOff: { baseMillis: 10_000, capMillis: 900_000 },
      settleMillis: atLeast(usual.settleMillis, START_UP),
      trialHealthEveryMillis: atLeast(usual.trialHealthEveryMillis, 2_000),
      healthEveryMillis: atLeast(usual.healthEveryMillis, 5_000),
      unhealthyAfterMillis: atLeast(usual.unhealthyAfterMillis, 2 * START_UP),
    },
  };
}
