import type { Role } from '@tuesday/protocol';

export const ROLE_WORDS: Readonly<Record<Role, string>> = {
  viewer: 'looks',
  support: 'looks up codes, files tickets',
  operator: 'rolls out, halts, recalls',
  approver: 'consents',
  commander: 'stops, consents, may break the glass',
  admin: 'looks after people, policy, notifications',
};

export const ROLES = Object.keys(ROLE_WORDS) as readonly Role[];
