import { describe, expect, test } from 'vitest';
import { tokenRequestSchema } from './operator/identity.ts';
import { isAllowed, PERMISSIONS, personNameSchema, type Permission, type Role } from './people.ts';

describe('a name', () => {
  test.each(['alice', 'a', '7of9', 'bob.b_c-d', 'judges'])('may be %s', (name) => {
    expect(personNameSchema.safeParse(name).success).toBe(true);
  });
  test.each(['', 'Alice', ' alice', 'al ice', '-a', 'judge', 'engine', 'nobody', 'a'.repeat(65)])(
    'may not be "%s"',
    (name) => expect(personNameSchema.safeParse(name).success).toBe(false),
  );
  test.each(['judge', ' Judge ', 'ENGINE'])(
    'of a token may not be "%s", which the log calls the product',
    (label) => {
      const request = { label, roles: ['viewer'], fleet: 'main' };
      expect(tokenRequestSchema.safeParse(request).success).toBe(false);
    },
  );
});

describe('roles', () => {
  const may = (role: Role) =>
    (Object.keys(PERMISSIONS) as Permission[]).filter((one) => isAllowed([role], one));
  test.each<[Role, Permission[]]>([
    ['viewer', ['read']],
    ['support', ['read', 'ticket']],
    ['operator', ['read', 'ticket', 'operate', 'stop']],
    ['approver', ['read', 'approve']],
    ['commander', ['read', 'ticket', 'operate', 'stop', 'approve', 'break-glass']],
    ['admin', ['read', 'ticket', 'administer']],
  ])('%s may do exactly %j', (role, permissions) => expect(may(role)).toEqual(permissions));
  test('of nobody allow nothing, and add up', () => {
    expect(isAllowed([], 'read')).toBe(false);
    expect(isAllowed(['viewer', 'approver'], 'approve')).toBe(true);
    expect(isAllowed(['viewer', 'approver'], 'stop')).toBe(false);
  });
});
