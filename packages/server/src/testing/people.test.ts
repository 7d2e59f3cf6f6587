import { isRefused } from '@tuesday/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestPlane, testPlane } from '../http/operator/testing/control-plane.ts';
import { prove } from '../identity/prove.ts';
import { addPerson } from './people.ts';

let plane: TestPlane;
beforeAll(async () => {
  plane = await testPlane();
});
afterAll(() => plane[Symbol.asyncDispose]());

test('a person with a session is known by name, and may do what the roles say', async () => {
  const vera = await addPerson(plane, 'vera', ['viewer']);
  expect((await vera.client.call('listRollouts')).rollouts).toEqual([]);
  await expect(
    vera.client.call('haltRollout', { params: { rollout: 'r-1' }, body: { because: 'x' } }),
  ).rejects.toMatchObject({ status: 403, refusal: { code: 'forbidden' } });
});

test('a code counts once in its step', async () => {
  const tim = await addPerson(plane, 'tim', ['approver']);
  const { context } = plane;
  const once = await prove(context.db, context, tim.principal, tim.factor(), 'approve:x');
  expect(once).toEqual({ factor: 'totp' });
  const twice = await prove(context.db, context, tim.principal, tim.factor(), 'approve:x');
  expect(isRefused(twice) && twice.refused.code).toBe('factor-invalid');
});
