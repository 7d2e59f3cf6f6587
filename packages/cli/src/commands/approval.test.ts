import { type ApprovalView, type GlassView, refuse } from '@tuesday/protocol';
import { describe, expect, test } from 'vitest';
import { EXIT } from '../index.ts';
import { workplace } from '../testing/run-tuesday.ts';
import { scriptedServer } from '../testing/scripted-server.ts';
import { NOW } from '../testing/views.ts';

const DIGEST = 'ab'.repeat(32);
const approval: ApprovalView = {
  approval: 'a-1',
  subject: 'rollout',
  object: 'r1',
  digest: DIGEST,
  covers: {},
  words: ['3.2.5 is sent to up to 12000 devices; the way back is 3.2.4.', 'It was not rehearsed.'],
  author: 'alice',
  because: 'mends the reconnect loop',
  state: 'open',
  needed: 1,
  consents: [],
  createdAt: NOW,
  expiresAt: NOW + 1_000,
  mayNot: null,
  purpose: `approve:${DIGEST}`,
};
const glass: GlassView = {
  glass: 'g-1',
  act: 'recall',
  object: 'r1',
  by: 'kim',
  because: '340 tickets',
  factor: 'totp',
  at: NOW,
  expiresAt: NOW,
  usedAt: NOW,
  review: { dueAt: NOW, overdue: true, closedAt: null, closedBy: null, finding: null },
  purpose: 'break-glass:recall:r1',
};

describe('approval approve', () => {
  test('shows what the digest covers, and consents to that digest and no other', async () => {
    const done: ApprovalView = {
      ...approval,
      state: 'approved',
      consents: [{ by: 'bob', onBehalfOf: 'carol', factor: 'totp', at: NOW, withdrawnAt: null }],
    };
    await using server = await scriptedServer({ viewApproval: () => approval, approve: () => done });
    using place = workplace(server);
    const ran = await place.tuesday([
      'approval',
      'approve',
      'a-1',
      '--code',
      '123456',
      '--for',
      'carol',
      '--yes',
    ]);
    expect(ran).toMatchObject({ code: 0, stdout: 'approved: 1 of 1 consents\n' });
    for (const line of [...approval.words, DIGEST]) expect(ran.stderr).toContain(line);
    expect(server.asked.map(({ route }) => route)).toEqual(['viewApproval', 'approve']);
    expect(JSON.parse(server.asked[1]?.body.toString() ?? '')).toEqual({
      digest: DIGEST,
      factor: { kind: 'totp', code: '123456' },
      onBehalfOf: 'carol',
    });
  });

  test.each([
    ['nobody confirms', ['--code', '123456']],
    ['nobody can type the code', ['--yes']],
    ['the code is not six digits', ['--yes', '--code', '12345']],
  ])('consents to nothing when %s', async (_, flags) => {
    await using server = await scriptedServer({ viewApproval: () => approval });
    using place = workplace(server);
    const ran = await place.tuesday(['approval', 'approve', 'a-1', ...flags]);
    expect(ran.code).toBe(EXIT.usage);
    expect(server.asked.map(({ route }) => route)).toEqual(['viewApproval']);
  });
});

test('a start that waits for consent ends with its own exit code, and names the approval', async () => {
  const refused = refuse('approval-needed', 'starting r1 needs another person: 0 of 1, by approval a-1');
  await using server = await scriptedServer({ startRollout: { refused } });
  using place = workplace(server);
  const ran = await place.tuesday(['rollout', 'start', 'r1']);
  expect(ran.code).toBe(EXIT.needsApproval);
  expect(ran.stderr).toContain('approval a-1');
});

test('a halt is one request, and nothing before it', async () => {
  const said = { rollout: 'r1', halted: true as const, durable: false, because: 'Halted by bob: smoke' };
  await using server = await scriptedServer({ haltRollout: () => said });
  using place = workplace(server);
  const ran = await place.tuesday(['rollout', 'halt', 'r1', '--because', 'smoke']);
  expect(ran.stdout).toBe('Halted by bob: smoke The database hears of it as soon as it answers.\n');
  expect(server.asked.map(({ route }) => route)).toEqual(['haltRollout']);
});

test('a halt does not wait for words: without a reason it goes out, and the log says so', async () => {
  const said = { rollout: 'r1', halted: true as const, durable: true, because: 'Halted by bob.' };
  await using server = await scriptedServer({ haltRollout: () => said });
  using place = workplace(server);
  const ran = await place.tuesday(['rollout', 'halt', 'r1']);
  expect([ran.code, ran.stdout]).toEqual([EXIT.ok, 'Halted by bob.\n']);
  expect(server.asked.map(({ body }) => JSON.parse(String(body)))).toEqual([
    { because: 'no reason was given' },
  ]);
});

test('a glass is broken with act, object, reason and code, and an overdue review is loud', async () => {
  await using server = await scriptedServer({
    breakGlass: () => glass,
    listGlasses: () => ({ glasses: [glass] }),
  });
  using place = workplace(server);
  const args = ['break-glass', 'recall', 'r1', '--because', '340 tickets', '--code', '123456'];
  expect((await place.tuesday(args)).code).toBe(0);
  expect(JSON.parse(server.asked[0]?.body.toString() ?? '')).toEqual({
    act: 'recall',
    object: 'r1',
    because: '340 tickets',
    factor: { kind: 'totp', code: '123456' },
  });
  expect((await place.tuesday(['break-glass', 'list'])).stdout).toContain('OVERDUE');
});

test.each(['2026-12-01', '2026-12-01T09:00', 'tomorrow'])(
  'a delegation until %s is refused: its zone is not known',
  async (until) => {
    using place = workplace();
    expect((await place.tuesday(['delegate', 'to', 'dave', '--until', until])).code).toBe(EXIT.usage);
  },
);
