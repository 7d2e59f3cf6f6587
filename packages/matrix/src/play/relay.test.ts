import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { generate } from 'mqtt-packet';
import { describe, expect, test } from 'vitest';
import { type Relay, startRelay } from './relay.ts';

/** A broker that accepts every session. */
async function broker() {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', () => socket.write(generate({ cmd: 'connack', returnCode: 0, sessionPresent: false })));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  return {
    at: { host: '127.0.0.1', port },
    sockets,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

async function device(relay: Relay): Promise<Socket> {
  const socket = connect(relay.port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(
    generate({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: true,
      clientId: 'd',
      keepalive: 7,
    }),
  );
  await once(socket, 'data');
  return socket;
}

/** Also by a reset, which `once` would take for a failure. */
const closed = (socket: Socket) => new Promise((done) => socket.once('close', done));

describe('the network of a device', () => {
  test('shows what MQTT says, and that the session is over when the device goes', async () => {
    await using place = await broker();
    const relay = await startRelay(place.at);
    const socket = await device(relay);
    expect(relay.links).toMatchObject([{ keepAlive: 7, answer: 0, open: true }]);
    expect(relay.connected).toBe(true);
    socket.destroy();
    while (relay.connected) await new Promise((done) => setTimeout(done, 5));
    await relay.stop();
  });

  test('that is cut ends connections on both sides and refuses new ones, until it is healed', async () => {
    await using place = await broker();
    const relay = await startRelay(place.at);
    const socket = await device(relay);
    await Promise.all([closed(socket), closed(place.sockets[0]!), relay.cut()]);
    const refused = connect(relay.port, '127.0.0.1');
    const [error] = (await once(refused, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
    await relay.heal();
    expect((await device(relay)).destroyed).toBe(false);
    await relay.stop();
  });

  test('that went silent carries nothing on what there was, not even its end, and works for what is new', async () => {
    await using place = await broker();
    const relay = await startRelay(place.at);
    const old = await device(relay);
    const heard: unknown[] = [];
    for (const event of ['data', 'end', 'close']) old.on(event, () => heard.push(event));
    relay.silence();
    expect(relay.connected).toBe(false);
    await relay.heal();
    old.write('lost');
    place.sockets[0]!.destroy();
    // By the time that a whole new session stands, the old one would have heard of it.
    await device(relay);
    expect(relay.connected).toBe(true);
    expect(heard).toEqual([]);
    await Promise.all([closed(old), relay.stop()]);
  });
});

test('a socket that is dropped while it is shut down does not keep the process from ending', async () => {
  const drop = fileURLToPath(new URL('drop.ts', import.meta.url));
  const program = `
    import { connect, createServer } from 'node:net';
    import { drop } from ${JSON.stringify(drop)};
    const server = createServer({ allowHalfOpen: true }, (socket) => { socket.end(); drop(socket); server.close(); });
    server.listen(0, '127.0.0.1', () => connect(server.address().port, '127.0.0.1').on('error', () => {}).resume());`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'ignore' });
  expect(await once(child, 'exit')).toEqual([0, null]);
});
