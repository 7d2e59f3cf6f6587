/**
 * A byte stream to a broker: TCP, TLS or WebSocket, directly or through a proxy. What an address does not need is
 * not loaded: a worker of its own pays for each module again.
 */
import { once } from 'node:events';
import * as net from 'node:net';
import type { Duplex } from 'node:stream';
import { PACKET_LIMIT } from './packet-limit.ts';
import { portOf } from './proxy.ts';
import type { TlsFiles } from './tls-files.ts';

export interface Target {
  /** `mqtt:`, `mqtts:`, `ws:` or `wss:`. */
  readonly url: string;
  readonly tls: TlsFiles;
  readonly proxy?: string | undefined;
}

/**
 * @returns a stream that is connected; certificates have been checked
 * @throws Error when there is none: not found, refused, not trusted, aborted
 */
export async function dial({ url: text, tls: files, proxy }: Target, signal: AbortSignal): Promise<Duplex> {
  const url = new URL(text);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const raw =
    proxy === undefined
      ? await connected(net.connect({ host, port: portOf(url), noDelay: true }), 'connect', signal)
      : await throughProxy(proxy, host, portOf(url), signal);
  try {
    const secure = url.protocol === 'mqtts:' || url.protocol === 'wss:';
    const stream = secure ? await secured(raw, host, files, signal) : raw;
    return url.protocol.startsWith('ws') ? await websocket(url, stream, signal) : stream;
  } catch (error) {
    raw.destroy();
    throw error;
  }
}

async function throughProxy(proxy: string, host: string, port: number, signal: AbortSignal): Promise<Duplex> {
  const { tunnel } = await import('./tunnel.ts');
  return tunnel(proxy, host, port, signal);
}

async function secured(socket: Duplex, host: string, files: TlsFiles, signal: AbortSignal): Promise<Duplex> {
  const tls = await import('node:tls');
  const { ca, cert, key } = files;
  const named = net.isIP(host) === 0 ? { servername: host } : {};
  return connected(tls.connect({ socket, host, ...named, ca, cert, key }), 'secureConnect', signal);
}

async function websocket(url: URL, socket: Duplex, signal: AbortSignal): Promise<Duplex> {
  const { WebSocket, createWebSocketStream } = await import('ws');
  const plain = new URL(url);
  plain.protocol = 'ws:';
  plain.username = '';
  plain.password = '';
  // The socket is connected and secured already, so that one way to do both serves all kinds of address.
  const ws = new WebSocket(plain, 'mqtt', {
    createConnection: () => socket as net.Socket,
    perMessageDeflate: false,
    maxPayload: 2 * PACKET_LIMIT,
    followRedirects: false,
    headers: { host: url.host },
  });
  const stop = () => ws.terminate();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await once(ws, 'open', { signal });
  } catch (error) {
    ws.on('error', () => undefined);
    ws.terminate();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
  return createWebSocketStream(ws);
}

async function connected<S extends Duplex>(stream: S, event: string, signal: AbortSignal): Promise<S> {
  try {
    await once(stream, event, { signal });
    return stream;
  } catch (error) {
    stream.on('error', () => undefined);
    stream.destroy();
    throw signal.aborted ? signal.reason : error;
  }
}
