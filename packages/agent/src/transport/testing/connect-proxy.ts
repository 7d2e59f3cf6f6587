/** An HTTP proxy that maps names which nobody else knows, and remembers what went through it. */
import { createServer, request as forward } from 'node:http';
import { type AddressInfo, connect } from 'node:net';

export interface TestProxy {
  readonly url: string;
  /** `CONNECT host:port` and `POST http://…`, as they came. */
  readonly seen: string[];
  /** Real ports of the names that it knows: everything else is refused. */
  readonly ports: Map<string, number>;
  /** When set, `Basic` credentials are asked for. */
  login: string | undefined;
  close(): Promise<void>;
}

export async function startProxy(): Promise<TestProxy> {
  const sockets = new Set<{ destroy(): void }>();
  const seen: string[] = [];
  const ports = new Map<string, number>();
  const mayPass = (headers: NodeJS.Dict<string | string[]>) =>
    proxy.login === undefined ||
    headers['proxy-authorization'] === `Basic ${Buffer.from(proxy.login).toString('base64')}`;
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    const url = new URL(request.url ?? '');
    const port = ports.get(url.host);
    if (!mayPass(request.headers) || port === undefined) {
      response.writeHead(407).end('<html>');
      return;
    }
    const { method, headers } = request;
    const onward = forward({ host: '127.0.0.1', port, method, path: url.pathname, headers }, (answer) =>
      answer.pipe(response.writeHead(answer.statusCode ?? 0, answer.headers)),
    );
    request.pipe(onward);
  });
  server.on('connect', (request, socket, head) => {
    seen.push(`CONNECT ${request.url}`);
    sockets.add(socket);
    socket.on('error', () => undefined);
    const port = ports.get(request.url ?? '');
    if (!mayPass(request.headers)) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    if (port === undefined) {
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      return;
    }
    const target = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      target.write(head);
      socket.pipe(target).pipe(socket);
    });
    sockets.add(target);
    target.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: TestProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    ports,
    login: undefined,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}
