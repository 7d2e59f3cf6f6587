import type { AgentConfig } from './types.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** The product's settings; give the three facts of the device and whatever else differs. */
export function agentConfig(
  facts: Pick<AgentConfig, 'device' | 'hardware'> & Partial<AgentConfig>,
): AgentConfig {
  return { ...DEFAULTS, ...facts };
}

const DEFAULTS: Omit<AgentConfig, 'device' | 'hardware'> = {
  agent: '0.1.0',
  transport: 'http',
  pollSeconds: 900,
  pollSpread: 0.25,
  firstCheckInWithinMillis: 30 * SECOND,
  checkInBackOff: { baseMillis: 10 * SECOND, capMillis: HOUR },
  breakerAfter: 8,
  stepBackOff: { baseMillis: 10 * SECOND, capMillis: 30 * MINUTE },
  restartBackOff: { baseMillis: 5 * SECOND, capMillis: 5 * MINUTE },
  settleMillis: MINUTE,
  trialHealthEveryMillis: MINUTE,
  healthEveryMillis: 5 * MINUTE,
  unhealthyAfterMillis: 5 * MINUTE,
  exitsUntilUnhealthy: 3,
  bootAttempts: 3,
  benignResets: 3,
  survivalMillis: 0,
  stepLimit: 40,
  judgeAgainAfterMillis: 6 * HOUR,
  deviceRollback: true,
  rollbackAfterConfirm: false,
  updatePathIndependent: true,
  rescue: {
    afterMillis: 30 * MINUTE,
    unreachedMillis: 2 * HOUR,
    resets: 5,
    wellMillis: HOUR,
    backOff: { baseMillis: 30 * SECOND, capMillis: HOUR },
    probationSeconds: 3_600,
  },
};
