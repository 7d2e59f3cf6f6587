/** The broker that runs inside of this process: aedes. */
import { readFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import { freePort } from '../processes/free-port.ts';
import type { Service } from './service.ts';

const HOST = '127.0.0.1';

export async function startEmbedded(): Promise<Service> {
  const port = await freePort();
  let running = await serve(port);
  return {
    host: HOST,
    port,
    version: async () => `aedes ${await installedVersion()}`,
    restart: async () => {
      await running.stop();
      running = await serve(port);
    },
    stop: () => running.stop(),
  };
}

async function serve(port: number): Promise<{ stop: () => Promise<void> }> {
  const broker = await Aedes.createBroker();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    broker.handle(socket);
  });
  await listen(server, port);
  return {
    async stop() {
      // As a loss of power: nobody is told.
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await new Promise<void>((resolve) => broker.close(resolve));
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, resolve);
  });
}

/** Of the package that was loaded. */
async function installedVersion(): Promise<string> {
  const text = await readFile(new URL('./package.json', packageFolder()), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

function packageFolder(): string {
  const main = import.meta.resolve('aedes');
  return main.slice(0, main.lastIndexOf('/aedes/') + '/aedes/'.length);
}
