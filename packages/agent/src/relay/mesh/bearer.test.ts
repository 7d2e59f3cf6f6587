import { expect, test } from 'vitest';
import { bearerContract } from './testing/bearer-contract.ts';
import { seeded } from './testing/ether.ts';
import { MemoryBearer } from './testing/memory-bearer.ts';
import { UdpBearer } from './udp-bearer.ts';

const onFault = () => undefined;

bearerContract('in memory, half of it lost', async () => {
  const random = seeded(11);
  const pair = [new MemoryBearer(() => random() < 0.5), new MemoryBearer(() => random() < 0.5)] as const;
  pair[0].inReach.add(pair[1]);
  pair[1].inReach.add(pair[0]);
  return pair;
});

bearerContract('UDP', async () => {
  const far = new UdpBearer({ address: '127.0.0.1', port: 0, peers: [], onFault });
  await far.open();
  const { port } = far;
  await far.close();
  const again = new UdpBearer({ address: '127.0.0.1', port, peers: [], onFault });
  return [new UdpBearer({ address: '127.0.0.1', port: 0, peers: [`127.0.0.1:${port}`], onFault }), again];
});

test('UDP: a datagram that is longer than any segment is not heard', async () => {
  const far = new UdpBearer({ address: '127.0.0.1', port: 0, peers: [], onFault });
  await far.open();
  const near = new UdpBearer({ address: '127.0.0.1', port: 0, peers: [`127.0.0.1:${far.port}`], onFault });
  await near.open();
  const heard: number[] = [];
  far.onSegment((segment) => heard.push(segment.length));
  while (heard.length === 0) {
    near.send(new Uint8Array(200));
    near.send(new Uint8Array(20));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(new Set(heard)).toEqual(new Set([20]));
  await near.close();
  await far.close();
});
