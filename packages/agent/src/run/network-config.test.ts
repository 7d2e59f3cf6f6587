import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Authority, type Certificate, makeAuthority } from '../transport/testing/certificates.ts';
import { networkSchema, readNetwork } from './network-config.ts';

const folder = mkdtempSync(join(tmpdir(), 'agent-network-'));
let authority: Authority;
let device: Certificate;
beforeAll(() => {
  authority = makeAuthority(folder);
  device = authority.issue('d1', 'DNS:d1');
  writeFileSync(join(folder, 'junk.pem'), 'junk');
});
afterAll(() => rmSync(folder, { recursive: true }));

const read = (config: unknown, environment = {}) => readNetwork(networkSchema.parse(config), environment);

describe('the section `network`', () => {
  test('may be left out', async () => {
    expect(await read(undefined, { HTTPS_PROXY: 'http://p:1' })).toEqual({
      version: 'auto',
      isolated: true,
      tls: {},
      proxy: { http: undefined, https: 'http://p:1', no: undefined },
    });
  });

  test('names files, a proxy and a version', async () => {
    const tls = { caFile: authority.certFile, certFile: device.certFile, keyFile: device.keyFile };
    const config = { mqtt: { version: 5, isolated: false }, tls, proxy: 'http://p:1' };
    expect(await read(config, { HTTPS_PROXY: 'http://other' })).toEqual({
      version: 5,
      isolated: false,
      tls: { ca: authority.cert, cert: device.cert, key: device.key },
      proxy: { http: 'http://p:1', https: 'http://p:1' },
    });
    expect(await read({ proxy: 'none' }, { HTTPS_PROXY: 'http://other' })).toMatchObject({ proxy: {} });
  });

  test.each<[sentence: string, config: unknown, field: string]>([
    ['a broker by HTTP', { mqtt: { url: 'http://x' } }, 'mqtt.url'],
    ['version 3', { mqtt: { version: 3 } }, 'mqtt.version'],
    ['a proxy by FTP', { proxy: { https: 'ftp://x' } }, 'proxy.https'],
    ['a word that does not exist', { mqqt: {} }, ''],
  ])('%s does not parse, and the field is named', (_, config, field) => {
    const parsed = networkSchema.safeParse(config);
    expect(parsed.error?.issues[0]?.path.join('.')).toBe(field);
  });

  test.each<[sentence: string, tls: (at: (name: string) => string) => object, field: string]>([
    ['an authority that is not there', (at) => ({ caFile: at('none.pem') }), 'network.tls.caFile'],
    ['an authority that is junk', (at) => ({ caFile: at('junk.pem') }), 'network.tls.caFile'],
    ['a certificate without its key', () => ({ certFile: device.certFile }), 'network.tls.keyFile'],
    ['a key without its certificate', () => ({ keyFile: device.keyFile }), 'network.tls.certFile'],
    [
      'the key of somebody else',
      () => ({ certFile: device.certFile, keyFile: authority.keyFile }),
      'network.tls.keyFile',
    ],
    [
      'a key that is junk',
      (at) => ({ certFile: device.certFile, keyFile: at('junk.pem') }),
      'network.tls.keyFile',
    ],
  ])('%s is refused by its field', async (_, tls, field) => {
    const found = await read({ tls: tls((name) => join(folder, name)) });
    expect(found).toMatchObject({ refused: { code: 'config-invalid', field } });
  });

  test('a proxy of the environment that is no address is refused', async () => {
    expect(await read({}, { HTTPS_PROXY: 'proxy:3128' })).toMatchObject({
      refused: { field: 'network.proxy' },
    });
  });
});
