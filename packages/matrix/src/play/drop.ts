import type { Socket } from 'node:net';

/**
 * Ends a connection as a broken network does, by RST where that can be. A socket that is just being shut down takes no
 * reset: libuv refuses it (`uv_tcp_close_reset`), and Node then never closes the handle, nor ends itself.
 */
export function drop(socket: Socket): void {
  if (socket.connecting || socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
