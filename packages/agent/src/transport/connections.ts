/**
 * The connections that everything in the process shares. One process is one device with one network: set once,
 * at the start, so that no caller can forget the proxy or the authority that the device is to trust.
 */
import * as http from 'node:http';
import * as https from 'node:https';
import { type ProxySettings, proxyFor } from './proxy.ts';
import type { TlsFiles } from './tls-files.ts';

export interface ConnectionSettings {
  readonly tls: TlsFiles;
  readonly proxy: ProxySettings;
}

const KEPT = { keepAlive: true, maxSockets: 16, maxFreeSockets: 16 };

export class Connections {
  readonly #settings: ConnectionSettings;
  readonly #direct: { readonly 'http:': http.Agent; readonly 'https:': https.Agent };
  readonly #proxied = new Map<string, http.Agent>();

  constructor(settings: ConnectionSettings) {
    this.#settings = settings;
    const { ca, cert, key } = settings.tls;
    this.#direct = {
      'http:': new http.Agent(KEPT),
      'https:': new https.Agent({ ...KEPT, ca, cert, key }),
    };
  }

  agentFor(url: URL): http.Agent {
    const secure = url.protocol === 'https:';
    const proxy = proxyFor(url, this.#settings.proxy);
    if (proxy === undefined) return this.#direct[secure ? 'https:' : 'http:'];
    return this.#through(proxy, secure);
  }

  /** Node itself speaks to proxies: absolute addresses for `http:`, CONNECT for `https:`. */
  #through(proxy: string, secure: boolean): http.Agent {
    const name = `${secure} ${proxy}`;
    const known = this.#proxied.get(name);
    if (known !== undefined) return known;
    const { ca, cert, key } = this.#settings.tls;
    const proxyEnv = { HTTP_PROXY: proxy, HTTPS_PROXY: proxy, NO_PROXY: '' };
    const made = secure
      ? new https.Agent({ ...KEPT, ca, cert, key, proxyEnv })
      : new http.Agent({ ...KEPT, proxyEnv });
    this.#proxied.set(name, made);
    return made;
  }
}

const DIRECT: ConnectionSettings = { tls: {}, proxy: {} };
let shared = new Connections(DIRECT);

/** For the whole process, from the next exchange on. */
export function useConnections(settings: ConnectionSettings = DIRECT): void {
  shared = new Connections(settings);
}

export function agentFor(url: URL): http.Agent {
  return shared.agentFor(url);
}
