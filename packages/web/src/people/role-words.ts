import { t } from '@lingui/core/macro';
import type { Role } from '@tuesday/protocol';

export const ROLE_WORDS: Readonly<Record<Role, string>> = {
  viewer: t`looks`,
  support: t`looks up codes, files tickets`,
  operator: t`rolls out, halts, recalls`,
  approver: t`consents`,
  commander: t`stops, consents, may break the glass`,
  admin: t`looks after people, policy, notifications`,
};

export const ROLES = Object.keys(ROLE_WORDS) as readonly Role[];
