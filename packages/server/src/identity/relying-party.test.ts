import type { FastifyRequest } from 'fastify';
import { expect, test } from 'vitest';
import { isOwnPage } from './cookie.ts';
import { relyingParty } from './relying-party.ts';

const asking = (host: string, origin?: string, protocol = 'http') =>
  ({
    host,
    protocol,
    headers: { host, ...(origin !== undefined && { origin }) },
  }) as unknown as FastifyRequest;

test.each<[string, FastifyRequest, string | undefined, object]>([
  ['localhost', asking('localhost:8470'), undefined, { id: 'localhost', origin: 'http://localhost:8470' }],
  [
    'behind TLS that the proxy did not tell of',
    asking('ota.example', 'https://ota.example'),
    undefined,
    { id: 'ota.example', origin: 'https://ota.example' },
  ],
  [
    'a page of somebody else',
    asking('ota.example', 'https://evil.example'),
    undefined,
    { id: 'ota.example', origin: 'http://ota.example' },
  ],
  [
    'a public address that was set',
    asking('10.0.0.3:8080', 'https://evil.example'),
    'https://ota.example:8443',
    { id: 'ota.example', origin: 'https://ota.example:8443' },
  ],
])('passkeys at %s belong to its name', (_, request, publicUrl, expected) => {
  expect(relyingParty({ publicUrl }, request)).toEqual(expected);
});

test.each([
  ['127.0.0.1:8470', 'open http://localhost:8470 instead'],
  ['[::1]:8470', 'open http://localhost:8470 instead'],
  ['127.0.0.1', 'open http://localhost instead'],
  ['192.0.2.4:8080', 'open the console by its name, and set TUESDAY_PUBLIC_URL'],
])('at %s none can work, and it is said what does: %s', (host, advice) => {
  expect(relyingParty({ publicUrl: undefined }, asking(host))).toMatchObject({
    refused: { code: 'bad-request', field: 'host', try: advice },
  });
});

test.each<[string, string | undefined, string | undefined, boolean]>([
  ['its own', 'http://here', undefined, true],
  ['its own by the public address', 'https://ota.example', 'https://ota.example', true],
  ['another by the public address', 'https://evil.example', 'https://ota.example', false],
  ['none, without a word of the browser', undefined, undefined, false],
  ['an opaque one', 'null', undefined, false],
])('a write from a page of %s', (_, origin, publicUrl, expected) => {
  expect(isOwnPage({ publicUrl }, asking('here', origin))).toBe(expected);
});
