import { expect, test } from 'vitest';
import { consoleAddress } from './console-address.ts';

test.each<[string, string | undefined, string]>([
  ['http://127.0.0.1:8470', undefined, 'http://localhost:8470'],
  ['http://[::1]:8470', '', 'http://localhost:8470'],
  ['http://0.0.0.0:8470', undefined, 'http://localhost:8470'],
  ['http://192.0.2.7:8470', undefined, 'http://192.0.2.7:8470'],
  ['http://127.0.0.1.example:8470', undefined, 'http://127.0.0.1.example:8470'],
  ['http://127.0.0.1:8470', 'https://ota.example/', 'https://ota.example'],
])('the console of %s, published as %s, is opened at %s', (url, publicUrl, expected) => {
  expect(consoleAddress(url, publicUrl)).toBe(expected);
});
