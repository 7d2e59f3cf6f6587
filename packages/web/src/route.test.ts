import { describe, expect, test } from 'vitest';
import { pathOf, refusalIn } from './api.ts';
import { rowsOf } from './fleet/values.ts';
import { rolloutPath, routeOf } from './route.ts';
import { tokenIn } from './session/link-token.ts';

describe('addresses', () => {
  test.each([
    ['the root is the overview', '/', { screen: 'overview' }],
    ['a rollout has its own', '/rollouts/r-1', { screen: 'rollout', rollout: 'r-1' }],
    ['a broken escape is nowhere', '/rollouts/%E0%A4%A', { screen: 'nowhere' }],
    ['anything else is nowhere', '/rollouts/a/b', { screen: 'nowhere' }],
  ])('%s', (_, path, expected) => {
    expect(routeOf(path)).toEqual(expected);
  });

  test('a strange id survives the way through the address', () => {
    expect(routeOf(rolloutPath('r/1 ?#'))).toEqual({ screen: 'rollout', rollout: 'r/1 ?#' });
    expect(pathOf('haltRollout', { rollout: 'r/1' })).toBe('/v1/rollouts/r%2F1/halt');
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
