/** The only place where exit codes are given. `tuesday --help` prints this table. */
import type { RefusalCode } from '@tuesday/protocol';

export const EXIT = {
  ok: 0,
  error: 1,
  usage: 2,
  refused: 3,
  needsApproval: 4,
  halted: 5,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_MEANINGS: Readonly<Record<ExitCode, string>> = {
  0: 'ok',
  1: 'error: something is missing, broken or out of reach',
  2: 'usage: the command line or a file does not parse',
  3: 'refused by policy',
  4: 'needs approval: another person must sign or consent first',
  5: 'halted: the rollout was stopped or sent back',
};

/** What is not listed is a refusal by policy. */
const BY_REFUSAL: Partial<Record<RefusalCode, ExitCode>> = {
  'bad-request': EXIT.usage,
  'filter-invalid': EXIT.usage,
  'too-large': EXIT.usage,
  'reason-missing': EXIT.usage,
  'not-found': EXIT.error,
  unauthenticated: EXIT.error,
  'sign-in-failed': EXIT.error,
  'too-many-attempts': EXIT.error,
  'invitation-invalid': EXIT.error,
  conflict: EXIT.error,
  busy: EXIT.error,
  'trust-not-installed': EXIT.error,
  'same-key': EXIT.needsApproval,
  'approval-needed': EXIT.needsApproval,
  'glass-needed': EXIT.needsApproval,
  'threshold-not-met': EXIT.needsApproval,
  'release-not-ready': EXIT.needsApproval,
  'release-not-published': EXIT.needsApproval,
};

export function exitCodeOf(code: RefusalCode): ExitCode {
  return BY_REFUSAL[code] ?? EXIT.refused;
}
