/** Brokers that nobody should run. Each is what a device may meet behind its address. */
import { createServer, type Socket } from 'node:net';
import mqtt from 'mqtt-packet';

export interface HostileBroker {
  readonly url: string;
  close(): Promise<void>;
}

export async function hostile(act: (socket: Socket) => void): Promise<HostileBroker> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    act(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  return {
    url: `mqtt://127.0.0.1:${port}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const V4 = { protocolVersion: 4 };
const V5 = { protocolVersion: 5 };
export const connack = mqtt.generate({ cmd: 'connack', returnCode: 0, sessionPresent: false }, V4);
const suback = (messageId: number) => mqtt.generate({ cmd: 'suback', messageId, granted: [1, 1] }, V4);

/** Lets a 3.1.1 session come up, and does this then. */
export function welcoming(then: (socket: Socket) => void): (socket: Socket) => void {
  return (socket) => {
    const parser = mqtt.parser(V4);
    parser.on('packet', (packet) => {
      if (packet.cmd === 'connect') socket.write(connack);
      if (packet.cmd !== 'subscribe') return;
      socket.write(suback(packet.messageId ?? 0));
      then(socket);
    });
    socket.on('data', (data: Buffer) => parser.parse(data));
  };
}

export const disconnect = (reasonCode: number) => mqtt.generate({ cmd: 'disconnect', reasonCode }, V5);

export const connack5 = mqtt.generate({ cmd: 'connack', reasonCode: 0, sessionPresent: false }, V5);

/** The header of a PUBLISH of 256 MB, and as many bytes as one cares to send. */
export const hugeHeader = Buffer.from([0x32, 0xff, 0xff, 0xff, 0x7f]);
