/**
 * A neighbour that lies: it calls itself the freshest of all, has every artifact, and gives other bytes of the right
 * length. Its metadata is the server's own, so that nothing but the digest tells.
 *
 * `node lying-neighbour.ts <its address> <server> <group> <beacon port> <digest> <length>`; prints one line for each lie.
 */
import { createSocket } from 'node:dgram';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const [address = '', server = '', group = '', beaconPort = '', digest = '', length = ''] =
  process.argv.slice(2);

const http = createServer((request, response) => {
  const { url = '' } = request;
  if (!url.includes('/targets/')) {
    void fetch(`${server}${url}`).then(async (real) =>
      response.writeHead(real.status).end(Buffer.from(await real.arrayBuffer())),
    );
    return;
  }
  process.stdout.write(`${JSON.stringify({ event: 'lied', url })}\n`);
  response.writeHead(200, { 'content-length': length }).end(Buffer.alloc(Number(length), 'lie'));
});
http.listen(0, address, () => {
  const { port } = http.address() as AddressInfo;
  const beacon = JSON.stringify({
    relay: 1,
    is: 'beacon',
    port,
    hardware: ['th-2'],
    holds: [digest],
    timestamp: 999_999,
  });
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  socket.bind(0, address, () => {
    socket.setMulticastInterface(address);
    setInterval(() => socket.send(beacon, Number(beaconPort), group), 200);
  });
});
