import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { addressOf, takeAddress } from './address.ts';

test.each<[sentence: string, url: string, path: string, fleet: string | undefined]>([
  ['a path without a fleet', '/v1/status', '/v1/status', undefined],
  ['an operator route of a fleet', '/fleets/acme/v1/status?a=b', '/v1/status?a=b', 'acme'],
  ['a device route of a fleet', '/fleets/a-1/device/v1/check-in', '/device/v1/check-in', 'a-1'],
  ['the root of the API', '/fleets/acme/v1', '/v1', 'acme'],
  ['a name that no fleet can have', '/fleets/..%2F/v1/status', '/v1/status', '..%2F'],
  ['a page of the console', '/fleets/acme/rollouts', '/fleets/acme/rollouts', undefined],
  ['a word that begins like the API', '/fleets/acme/v12/status', '/fleets/acme/v12/status', undefined],
  ['a fleet within a fleet', '/fleets/a/fleets/b/v1/x', '/fleets/a/fleets/b/v1/x', undefined],
  ['no name', '/fleets//v1/status', '/fleets//v1/status', undefined],
  ['a way out of a fleet', '/fleets/a/v1/../../b/v1/x', '/v1/../../b/v1/x', 'a'],
  ['a fleet in the query', '/v1/status?/fleets/acme/v1/x', '/v1/status?/fleets/acme/v1/x', undefined],
  ['an absolute address', 'http://x/fleets/acme/v1/x', 'http://x/fleets/acme/v1/x', undefined],
  ['a name that is too long', `/fleets/${'a'.repeat(65)}/v1/x`, `/fleets/${'a'.repeat(65)}/v1/x`, undefined],
])('%s is read once, and the rest is the path', (_, url, path, fleet) => {
  const request = { url } as IncomingMessage;
  takeAddress(request);
  expect([request.url, addressOf(request)]).toEqual([path, fleet]);
});
