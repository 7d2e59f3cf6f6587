/** A connection through an HTTP proxy by CONNECT (RFC 9110, 9.3.6). */
import * as http from 'node:http';
import * as https from 'node:https';
import type { Duplex } from 'node:stream';

/**
 * @param proxy `http://` or `https://`, with `user:password@` if it wants them
 * @throws Error when the proxy cannot be reached or refuses
 */
export function tunnel(proxy: string, host: string, port: number, signal: AbortSignal): Promise<Duplex> {
  const { protocol, hostname, port: proxyPort, username, password } = new URL(proxy);
  const target = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const authorization =
    username === '' ? {} : { 'proxy-authorization': `Basic ${Buffer.from(login).toString('base64')}` };
  const secure = protocol === 'https:';
  return new Promise((resolve, reject) => {
    const request = (secure ? https : http).request({
      host: hostname.replace(/^\[(.*)\]$/, '$1'),
      port: proxyPort === '' ? (secure ? 443 : 80) : Number(proxyPort),
      method: 'CONNECT',
      path: target,
      headers: { host: target, ...authorization },
      agent: false,
      signal,
    });
    const refuse = ({ statusCode, statusMessage }: http.IncomingMessage) =>
      reject(new Error(`the proxy answered ${statusCode} ${statusMessage} to CONNECT ${target}`));
    request.once('connect', (response, socket, head) => {
      if (response.statusCode !== 200) {
        socket.destroy();
        return refuse(response);
      }
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    request.once('response', (response) => {
      response.destroy();
      refuse(response);
    });
    request.once('error', (error) =>
      reject(new Error(`the proxy cannot be reached: ${error.message}`, { cause: error })),
    );
    request.end();
  });
}
