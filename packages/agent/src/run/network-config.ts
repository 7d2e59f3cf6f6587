/** The section `network` of the agent's configuration file. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { type OrRefused, refuse } from '@tuesday/protocol';
import * as z from 'zod';
import { type ProxySettings, proxyOfEnvironment } from '../transport/proxy.ts';
import type { MqttVersion } from '../transport/session.ts';
import type { TlsFiles } from '../transport/tls-files.ts';

const MQTT_PROTOCOLS = ['mqtt:', 'mqtts:', 'ws:', 'wss:'];

const brokerSchema = z
  .string()
  .refine(
    (text) => text === 'none' || hasProtocol(text, MQTT_PROTOCOLS),
    'must start with mqtt://, mqtts://, ws:// or wss://, or be none',
  );

const proxyUrlSchema = z
  .string()
  .refine((text) => hasProtocol(text, ['http:', 'https:']), 'must start with http:// or https://');

export const networkSchema = z
  .strictObject({
    mqtt: z
      .strictObject({
        /** Absent: where the server said at enrolment. `none`: HTTP only. */
        url: brokerSchema.optional(),
        version: z.union([z.literal('auto'), z.literal(4), z.literal(5)]).default('auto'),
        /** In a worker thread with a memory limit. */
        isolated: z.boolean().default(true),
      })
      .prefault({}),
    tls: z
      .strictObject({
        /** Authorities that are trusted in place of the system's. */
        caFile: z.string().min(1).optional(),
        certFile: z.string().min(1).optional(),
        keyFile: z.string().min(1).optional(),
      })
      .prefault({}),
    /** An address for everything, one for each kind, `environment` (HTTP_PROXY, HTTPS_PROXY, NO_PROXY) or `none`. */
    proxy: z
      .union([
        z.enum(['environment', 'none']),
        proxyUrlSchema,
        z.strictObject({
          http: proxyUrlSchema.optional(),
          https: proxyUrlSchema.optional(),
          no: z.array(z.string().min(1)).optional(),
        }),
      ])
      .default('environment'),
  })
  .prefault({});
export type NetworkConfig = z.infer<typeof networkSchema>;

export interface Network {
  readonly version: 'auto' | MqttVersion;
  readonly isolated: boolean;
  readonly tls: TlsFiles;
  readonly proxy: ProxySettings;
}

/** @returns `config-invalid` with the field, for a file that cannot be read or is not what it should be */
export async function readNetwork(
  { mqtt, tls, proxy }: NetworkConfig,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<OrRefused<Network>> {
  const files = await readTls(tls);
  if ('refused' in files) return files;
  const proxies = proxyOf(proxy, environment);
  for (const kind of ['http', 'https'] as const) {
    const address = proxies[kind];
    if (address !== undefined && address !== '' && !hasProtocol(address, ['http:', 'https:']))
      return invalid('network.proxy', `the ${kind} proxy must start with http:// or https://.`);
  }
  return { version: mqtt.version, isolated: mqtt.isolated, tls: files, proxy: proxies };
}

function proxyOf(
  proxy: NetworkConfig['proxy'],
  environment: Readonly<Record<string, string | undefined>>,
): ProxySettings {
  if (proxy === 'environment') return proxyOfEnvironment(environment);
  if (proxy === 'none') return {};
  return typeof proxy === 'string' ? { http: proxy, https: proxy } : proxy;
}

type Files = Readonly<Record<'caFile' | 'certFile' | 'keyFile', string | undefined>>;

async function readTls(files: Partial<Files>): Promise<OrRefused<TlsFiles>> {
  if ((files.certFile === undefined) !== (files.keyFile === undefined)) {
    const missing = files.certFile === undefined ? 'certFile' : 'keyFile';
    return invalid(`network.tls.${missing}`, 'a certificate and its key belong together: name both files.');
  }
  const ca = await readPem(files, 'caFile', (text) => new X509Certificate(text));
  if ('refused' in ca) return ca;
  const cert = await readPem(files, 'certFile', (text) => new X509Certificate(text));
  if ('refused' in cert) return cert;
  const key = await readPem(files, 'keyFile', (text) => createPrivateKey(text));
  if ('refused' in key) return key;
  // Without files there is nothing to judge, and the system's authorities would be read for nothing.
  if (Object.values(files).every((file) => file === undefined)) return {};
  try {
    createSecureContext({ ca: ca.text, cert: cert.text, key: key.text });
  } catch (error) {
    return invalid('network.tls.keyFile', `the key does not belong to the certificate: ${words(error)}.`);
  }
  return { ca: ca.text, cert: cert.text, key: key.text };
}

async function readPem(
  files: Partial<Files>,
  name: keyof Files,
  parse: (text: string) => unknown,
): Promise<OrRefused<{ text: string | undefined }>> {
  const file = files[name];
  if (file === undefined) return { text: undefined };
  try {
    const text = await readFile(file, 'utf8');
    parse(text);
    return { text };
  } catch (error) {
    return invalid(`network.tls.${name}`, `${file} is not usable: ${words(error)}.`);
  }
}

function invalid(field: string, because: string) {
  return { refused: refuse('config-invalid', because, { field }) };
}

function words(error: unknown): string {
  return (error as Error).message.slice(0, 200);
}

function hasProtocol(text: string, protocols: readonly string[]): boolean {
  return URL.canParse(text) && protocols.includes(new URL(text).protocol);
}
