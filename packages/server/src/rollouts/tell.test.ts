import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestPlane, testPlane } from '../http/operator/testing/control-plane.ts';
import type { Notice } from '../notices/put.ts';
import { begunRollout, clearRollouts, smallFleet } from '../testing/rollouts.ts';
import { viewRollout } from './view.ts';
import { tick } from './tick.ts';

let plane: TestPlane;
let rollout: string;
beforeAll(async () => {
  plane = await testPlane();
  await smallFleet(plane);
  await plane.client.call('addChannel', {
    body: { name: 'all', to: { by: 'webhook', url: 'http://127.0.0.1:1/' } },
  });
  await plane.client.call('addChannel', {
    body: { name: 'pd', to: { by: 'pagerduty', routingKey: 'routing-key-0123' } },
  });
});
afterAll(() => plane[Symbol.asyncDispose]());
beforeEach(async () => {
  await clearRollouts(plane);
  rollout = await begunRollout(plane);
});

interface Effect {
  readonly name: string;
  readonly effect: { kind: 'notice'; notice: Notice } | { kind: 'resolve'; about: string };
}
async function told(): Promise<string[]> {
  const { rows } = await plane.database.pool.query<Effect>(
    `SELECT c.name, o.effect FROM outbox o JOIN notice_channels c ON c.channel = o.channel
     ORDER BY o.xmin::text::bigint, o.effect ->> 'kind', c.name`,
  );
  return rows.map(({ name, effect }) =>
    effect.kind === 'notice'
      ? `${name}: ${effect.notice.kind}, ${effect.notice.title}`
      : `${name}: resolve ${effect.about}`,
  );
}

test('what happens to a rollout is told to those who want it, in the transaction that it happens in', async () => {
  await tick(plane.context, rollout);
  const params = { rollout };
  await plane.client.call('pauseRollout', { params, body: { because: 'lunch' } });
  await plane.client.call('resumeRollout', { params, body: {} });
  await plane.client.call('haltRollout', { params, body: { because: 'smoke' } });
  await plane.client.call('recallRollout', { params, body: { because: 'cold' } });
  expect(await told()).toEqual([
    'all: stage-opened, p (3.2.5) has opened stage 1',
    'all: halted, p (3.2.5) has halted',
    'pd: halted, p (3.2.5) has halted',
    'all: recall-started, p (3.2.5) is being recalled',
    `pd: resolve rollout ${rollout}`,
  ]);
});

test('an acknowledgement calls the pagers off', async () => {
  await plane.client.call('haltRollout', { params: { rollout }, body: { because: 'smoke' } });
  await plane.client.call('acknowledgeHalt', { params: { rollout }, body: {} });
  expect((await told()).at(-1)).toBe(`pd: resolve rollout ${rollout}`);
});

test('the sentence is the judge’s own', async () => {
  await tick(plane.context, rollout);
  const { rows } = await plane.database.pool.query<Effect>(
    'SELECT effect FROM outbox WHERE channel IS NOT NULL',
  );
  const view = await viewRollout(plane.context, rollout);
  const [first] = rows;
  expect(first?.effect.kind === 'notice' && first.effect.notice.lines).toEqual([
    'events' in view ? view.events.at(-1)?.because : '',
  ]);
});

test('what is refused is told to nobody', async () => {
  const given = { params: { rollout }, body: { because: 'smoke' } };
  await plane.client.call('haltRollout', given);
  const before = await told();
  await expect(plane.client.call('pauseRollout', given)).rejects.toMatchObject({
    refusal: { code: 'wrong-phase' },
  });
  expect(await told()).toEqual(before);
});
