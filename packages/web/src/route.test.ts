import { describe, expect, test } from 'vitest';
import { pathOf, refusalIn } from './api.ts';
import { rowsOf } from './fleet/values.ts';
import {
  addressed,
  approvalPath,
  codePath,
  devicePath,
  fleetOf,
  incidentPath,
  recoveryPath,
  prefixOf,
  releasePath,
  rolloutPath,
  routeOf,
  SETTINGS,
  wallPath,
} from './route.ts';
import { tokenIn } from './session/link-token.ts';

describe('addresses', () => {
  test.each([
    ['the root is the overview', '/', { screen: 'overview' }],
    ['a rollout has its own', '/rollouts/r-1', { screen: 'rollout', rollout: 'r-1' }],
    ['a broken escape is nowhere', '/rollouts/%E0%A4%A', { screen: 'nowhere' }],
    ['a device has its own', devicePath('th-0042'), { screen: 'device', device: 'th-0042' }],
    ['a recovery campaign has its own', recoveryPath('rc-1'), { screen: 'recovery', recovery: 'rc-1' }],
    ['an incident has its own', incidentPath('i-1'), { screen: 'incident', incident: 'i-1' }],
    ['a code has its own', codePath('0x45'), { screen: 'code', code: '0x45' }],
    ['a wall shows what is under way', wallPath(), { screen: 'wall', rollout: undefined }],
    ['or one rollout', wallPath('r-1'), { screen: 'wall', rollout: 'r-1' }],
    ['a release has its own', releasePath('3.2.5'), { screen: 'release', release: '3.2.5', part: undefined }],
    [
      'its parity too',
      releasePath('3.2.5', 'parity'),
      { screen: 'release', release: '3.2.5', part: 'parity' },
    ],
    ['publishing is no release', '/releases/new', { screen: 'publish' }],
    ['a release without a name is nowhere', '/releases/%E0%A4%A', { screen: 'nowhere' }],
    ['anything else is nowhere', '/rollouts/a/b', { screen: 'nowhere' }],
    ['a request has its own', '/approvals/a-1/', { screen: 'approval', approval: 'a-1' }],
    ['the inbox is not a request', '/approvals/', { screen: 'approvals' }],
    ['settings begin with people', '/settings', { screen: 'settings', part: 'people' }],
    ['a fleet before the path changes nothing else', '/fleets/ovens/calendar', { screen: 'calendar' }],
    ['a fleet alone is its overview', '/fleets/ovens', { screen: 'overview' }],
    ['a fleet without a name is nowhere', '/fleets/', { screen: 'nowhere' }],
    ['an object of the language is no screen', '/constructor', { screen: 'nowhere' }],
  ])('%s', (_, path, expected) => {
    expect(routeOf(path)).toEqual(expected);
  });

  test('a strange id survives the way through the address', () => {
    expect(routeOf(rolloutPath('r/1 ?#'))).toEqual({ screen: 'rollout', rollout: 'r/1 ?#' });
    expect(pathOf('haltRollout', { rollout: 'r/1' })).toBe('/v1/rollouts/r%2F1/halt');
  });

  test('every screen has an address of its own', () => {
    const plain = ['approvals', 'break-glass', 'calendar', 'codes', 'incidents', 'account', 'audit', 'join'];
    expect(plain.map((name) => routeOf(`/${name}`).screen)).toEqual(plain);
    expect(SETTINGS.map((part) => routeOf(`/settings/${part}`))).toEqual(
      SETTINGS.map((part) => ({ screen: 'settings', part })),
    );
    expect(routeOf(approvalPath('a 1/2'))).toEqual({ screen: 'approval', approval: 'a 1/2' });
  });

  test('the fleet is read from the address only where it stands for one', () => {
    expect([prefixOf('/fleets/ovens/audit'), fleetOf('/fleets/ovens/audit')]).toEqual([
      '/fleets/ovens',
      'ovens',
    ]);
    expect([prefixOf('/fleetsx/ovens'), fleetOf('/audit')]).toEqual(['', undefined]);
    expect(addressed('/audit')).toBe('/audit');
  });

  test('a query leaves out what is not asked for', () => {
    expect(pathOf('listAudit', undefined, { verb: 'a b', actor: '', limit: 5 })).toBe(
      '/v1/audit?verb=a+b&limit=5',
    );
  });

  test('the token is read from the printed link, and an empty one is none', () => {
    expect(tokenIn('#token=tso1.abc-_')).toBe('tso1.abc-_');
    expect(tokenIn('#token=')).toBeUndefined();
    expect(tokenIn('')).toBeUndefined();
  });
});

describe('what a server answers', () => {
  test('a refusal is recognised, a proxy’s page is not', () => {
    const refused = { code: 'wrong-phase', because: 'It is halted.', try: 'look' };
    expect(refusalIn({ refused })).toEqual(refused);
    for (const other of [null, 'bad gateway', {}, { refused: null }, { refused: { code: 5 } }]) {
      expect(refusalIn(other)).toBeUndefined();
    }
  });
});

describe('the values of an attribute', () => {
  test('a long tail is folded and no device is lost', () => {
    const values = Array.from({ length: 9 }, (_, index) => ({ value: `v${index}`, devices: index + 1 }));
    const { rows, missing } = rowsOf(values, 50);
    expect(rows.map(({ value }) => value)).toEqual(['v8', 'v7', 'v6', 'v5', 'v4', '4 more']);
    expect(rows.reduce((sum, { devices }) => sum + devices, 0) + missing).toBe(50);
  });
});
