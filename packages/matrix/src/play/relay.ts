/**
 * The network between one device and the broker: a TCP relay that can be cut, or go silent. It needs no rights, and it
 * reads what MQTT says in the open: whether the broker accepted a session, and with which keep-alive.
 */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from '../processes/free-port.ts';
import { drop } from './drop.ts';
import { CONNACK, CONNECT, keepAliveOf, PacketHeads, SUBACK } from './mqtt-heads.ts';

/** One connection of the device. */
export interface Link {
  /** Seconds, from CONNECT; undefined before it, or where it cannot be read. */
  keepAlive: number | undefined;
  /** The code of CONNACK: 0 is accepted. */
  answer: number | undefined;
  /** How many subscriptions the broker has confirmed. */
  subscribed: number;
  open: boolean;
}

export interface Relay {
  readonly port: number;
  /** Oldest first. */
  readonly links: readonly Link[];
  /** Whether some connection has a session that the broker accepted, and has not gone silent. */
  readonly connected: boolean;
  /** Ends all connections and refuses new ones. */
  cut(): Promise<void>;
  /** Connections stay, and nothing goes through any more, not even their end; new ones neither. */
  silence(): void;
  /** New connections go through again. What went silent stays so, as behind a router that forgot. */
  heal(): Promise<void>;
  stop(): Promise<void>;
}

interface Pipe extends Link {
  readonly sockets: readonly [Socket, Socket];
  silent: boolean;
}

const HOST = '127.0.0.1';

export async function startRelay(broker: { host: string; port: number }): Promise<Relay> {
  const pipes: Pipe[] = [];
  let silent = false;
  let server: Server | undefined;
  const accept = (socket: Socket) => pipes.push(joinSockets(socket, broker, silent));
  const open = async (port: number) => {
    server = createServer({ allowHalfOpen: true }, accept);
    await listen(server, port);
  };
  const close = async () => {
    const closing = server;
    server = undefined;
    const closed = closing && new Promise((resolve) => closing.close(resolve));
    for (const { sockets } of pipes) for (const socket of sockets) drop(socket);
    await closed;
  };
  const port = await freePort();
  await open(port);
  return {
    port,
    links: pipes,
    get connected() {
      return pipes.some((pipe) => pipe.open && !pipe.silent && pipe.answer === 0);
    },
    cut: close,
    silence() {
      silent = true;
      for (const pipe of pipes) pipe.silent = true;
    },
    async heal() {
      silent = false;
      if (!server) await open(port);
    },
    stop: close,
  };
}

function joinSockets(device: Socket, at: { host: string; port: number }, silent: boolean): Pipe {
  const broker = connect({ ...at, allowHalfOpen: true });
  const pipe: Pipe = {
    keepAlive: undefined,
    answer: undefined,
    subscribed: 0,
    open: true,
    silent,
    sockets: [device, broker],
  };
  device.setNoDelay(true);
  broker.setNoDelay(true);
  const asked = new PacketHeads((type, head) => {
    if (type === CONNECT) pipe.keepAlive ??= keepAliveOf(head);
  });
  const answered = new PacketHeads((type, head) => {
    if (type === CONNACK) pipe.answer ??= head[1];
    if (type === SUBACK) pipe.subscribed++;
  });
  carry(pipe, device, broker, asked);
  carry(pipe, broker, device, answered);
  return pipe;
}

/** One direction. Its end and its errors are carried, too, unless the pipe has gone silent. */
function carry(pipe: Pipe, from: Socket, to: Socket, heads: PacketHeads): void {
  from.on('data', (data: Buffer) => {
    if (pipe.silent) return;
    heads.read(data);
    if (to.destroyed || to.write(data)) return;
    from.pause();
    to.once('drain', () => from.resume());
  });
  from.on('end', () => {
    if (!pipe.silent) to.end();
  });
  from.on('error', () => {
    if (!pipe.silent) drop(to);
  });
  from.on('close', () => {
    pipe.open = false;
    if (!pipe.silent) to.destroySoon();
  });
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, resolve);
  });
}
