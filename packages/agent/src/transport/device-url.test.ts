import { expect, test } from 'vitest';
import { targetUrl } from '../trust/verify-target.ts';
import { deviceUrl } from './device-url.ts';

test.each<[sentence: string, server: string, expected: string]>([
  ['an origin', 'http://ota.example:8080', 'http://ota.example:8080/device/v1/check-in'],
  ['an origin with a slash', 'https://ota.example/', 'https://ota.example/device/v1/check-in'],
  [
    'a fleet',
    'https://ota.example/fleets/acme-north',
    'https://ota.example/fleets/acme-north/device/v1/check-in',
  ],
  [
    'a fleet with a slash',
    'https://ota.example/fleets/acme/',
    'https://ota.example/fleets/acme/device/v1/check-in',
  ],
  ['a folder of a proxy', 'https://x.example/ota', 'https://x.example/ota/device/v1/check-in'],
  [
    'a query, which is not ours',
    'https://x.example/fleets/a?b=c#d',
    'https://x.example/fleets/a/device/v1/check-in',
  ],
])('behind %s stands the device API', (_, server, expected) => {
  expect(deviceUrl(server, 'check-in').href).toBe(expected);
});

test('the bytes of a target stand behind the fleet, too', () => {
  expect(targetUrl('http://x/fleets/acme', '3.2.5/th-1.bundle', 'abc').pathname).toBe(
    '/fleets/acme/device/v1/trust/targets/3.2.5/abc.th-1.bundle',
  );
});
