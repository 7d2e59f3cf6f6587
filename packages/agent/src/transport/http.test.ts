import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecure } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { useConnections } from './connections.ts';
import { HttpTransport } from './http.ts';
import { networkWords } from './network-words.ts';
import { retryAfterMillis } from './retry-after.ts';
import { type Authority, makeAuthority, type Validity } from './testing/certificates.ts';

const folder = mkdtempSync(join(tmpdir(), 'agent-http-'));
const servers: Server[] = [];
let authority: Authority;

beforeAll(() => {
  authority = makeAuthority(folder);
});
afterEach(() => {
  useConnections();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function answering(act: RequestListener): Promise<HttpTransport> {
  const port = await listen(
    createServer((request, response) => void request.resume().on('end', () => act(request, response))),
  );
  return new HttpTransport({ server: `http://127.0.0.1:${port}`, token: 'secret' });
}

describe('an answer that is not the server’s', () => {
  test.each<[sentence: string, act: RequestListener, words: RegExp]>([
    [
      'of a captive portal is a failure of this rung',
      (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Welcome</html>'),
      /status 200 and text\/html; is there a portal/,
    ],
    [
      'that is JSON, but no object, is one too',
      (_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('"ok"'),
      /status 200 and application\/json/,
    ],
    ['that is empty is one too', (_, response) => response.writeHead(204).end(), /status 204 and nothing/],
    [
      'of a gateway is one too',
      (_, response) => response.writeHead(502, { 'content-type': 'text/html' }).end('<html>'),
      /status 502/,
    ],
    [
      'without an end is cut off',
      (_, response) => response.writeHead(200).end('x'.repeat(20_000)),
      /more than 16384 bytes/,
    ],
  ])('%s', async (_, act, words) => {
    await expect((await answering(act)).request('check-in', {})).rejects.toThrow(words);
  });

  test.each([301, 302, 303, 307, 308])('a redirect with %i is not followed', async (status) => {
    let lured = 0;
    const port = await listen(createServer((_, response) => ((lured += 1), response.end('{}'))));
    const location = `http://127.0.0.1:${port}/device/v1/check-in`;
    const transport = await answering((_, response) => response.writeHead(status, { location }).end());
    await expect(transport.request('check-in', {})).rejects.toThrow(`sent the device to ${location}`);
    expect(lured).toBe(0);
  });
});

describe('a server that sheds load', () => {
  test.each<[sentence: string, status: number, body: string]>([
    ['itself', 503, '{"refused":{"code":"busy","because":"too many","try":"later"}}'],
    ['by its balancer', 503, '<html>Service Unavailable</html>'],
    ['by its gate', 429, ''],
  ])('%s says when', async (_, status, body) => {
    const transport = await answering((_request, response) =>
      response.writeHead(status, { 'retry-after': '120' }).end(body),
    );
    expect(await transport.request('check-in', {})).toMatchObject({ status, retryAfterMillis: 120_000 });
  });

  test.each<[header: string | undefined, date: string | undefined, expected: number | undefined]>([
    ['0', undefined, 0],
    ['5', undefined, 5_000],
    ['999999999', undefined, 86_400_000],
    ['1000000000000', undefined, undefined],
    ['-5', undefined, undefined],
    ['soon', undefined, undefined],
    [undefined, undefined, undefined],
    ['Tue, 07 Jan 2031 09:02:00 GMT', 'Tue, 07 Jan 2031 09:00:00 GMT', 120_000],
    ['Tue, 07 Jan 2031 08:00:00 GMT', 'Tue, 07 Jan 2031 09:00:00 GMT', 0],
    ['Tue, 07 Jan 2031 09:02:00 GMT', undefined, undefined],
  ])('Retry-After %s, with Date %s, is %s ms', (header, date, expected) => {
    const headers = {
      ...(header === undefined ? {} : { 'retry-after': header }),
      ...(date === undefined ? {} : { date }),
    };
    expect(retryAfterMillis(headers)).toBe(expected);
  });
});

describe('TLS', () => {
  const past: Validity = { from: '20010101000000Z', until: '20020101000000Z' };
  const future: Validity = { from: '20900101000000Z', until: '20950101000000Z' };

  test.each<[sentence: string, names: string, validity: Validity | undefined, words: RegExp]>([
    ['for another host', 'DNS:elsewhere.example', undefined, /is for another host/],
    [
      'that has expired',
      'IP:127.0.0.1',
      past,
      /has expired, or the clock of this device is wrong: it shows 20/,
    ],
    [
      'that is not valid yet',
      'IP:127.0.0.1',
      future,
      /is not valid yet, or the clock of this device is wrong/,
    ],
  ])('with a certificate %s is refused by name', async (_, names, validity, words) => {
    const { cert, key } = authority.issue(`leaf-${names.length}-${validity?.from ?? 0}`, names, validity);
    const port = await listen(createSecure({ cert, key }, (_request, response) => response.end('{}')));
    useConnections({ tls: { ca: authority.cert }, proxy: {} });
    const transport = new HttpTransport({ server: `https://127.0.0.1:${port}`, token: 'secret' });
    await expect(transport.request('check-in', {})).rejects.toThrow(words);
  });

  test('with an authority of one’s own is trusted, and without it is not', async () => {
    const { cert, key } = authority.issue('good', 'IP:127.0.0.1');
    const port = await listen(createSecure({ cert, key }, (_request, response) => response.end('{}')));
    const transport = new HttpTransport({ server: `https://127.0.0.1:${port}`, token: 'secret' });
    await expect(transport.request('check-in', {})).rejects.toThrow(
      /authority that this device does not trust/,
    );
    useConnections({ tls: { ca: authority.cert }, proxy: {} });
    expect((await transport.request('check-in', {})).status).toBe(200);
  });

  test('spoken to somebody who does not is said', async () => {
    const port = await listen(createServer((_, response) => response.end('{}')));
    const transport = new HttpTransport({ server: `https://127.0.0.1:${port}`, token: 'secret' });
    await expect(transport.request('check-in', {})).rejects.toThrow(
      /does not speak TLS|does not agree to TLS/,
    );
  });
});

describe('the words for a network that fails', () => {
  const coded = (code: string, message = code) => Object.assign(new Error(message), { code });

  test.each<[sentence: string, error: unknown, words: string]>([
    ['a name', coded('ENOTFOUND'), 'the name cannot be found (DNS)'],
    ['a name service', coded('EAI_AGAIN'), 'the name service does not answer (DNS)'],
    ['a group of addresses', new AggregateError([coded('ECONNREFUSED')], ''), 'nobody listens there'],
    ['a cause', new Error('proxy', { cause: coded('ENETUNREACH') }), 'there is no network (proxy)'],
    ['something else', new Error('odd'), 'odd'],
    ['the clock', coded('CERT_NOT_YET_VALID'), 'the clock of this device is wrong: it shows 1970-01-01'],
  ])('of %s', (_, error, words) => {
    expect(networkWords(error, () => '1970-01-01')).toContain(words);
  });

  test('of a name that does not exist, by a real look-up', async () => {
    const transport = new HttpTransport({ server: 'http://ota.tuesday.invalid', token: 'secret' });
    await expect(transport.request('check-in', {})).rejects.toThrow('(DNS)');
  });
});
