import { afterEach, describe, expect, test } from 'vitest';
import type { MeshBearer } from './bearer.ts';
import { BEARER_CONTRACT } from './testing/bearer-contract.ts';
import { seeded } from './testing/ether.ts';
import { MemoryBearer } from './testing/memory-bearer.ts';
import { UdpBearer } from './udp-bearer.ts';

const onFault = () => undefined;
const open: MeshBearer[] = [];
afterEach(async () => {
  for (const bearer of open.splice(0)) await bearer.close();
});

async function inMemory(): Promise<readonly [MeshBearer, MeshBearer]> {
  const random = seeded(11);
  const isLost = () => random() < 0.5;
  const [near, far] = [new MemoryBearer(isLost), new MemoryBearer(isLost)];
  near.inReach.add(far);
  far.inReach.add(near);
  for (const bearer of [near, far]) await bearer.open();
  return [near, far];
}

async function overUdp(): Promise<readonly [UdpBearer, UdpBearer]> {
  const far = new UdpBearer({ address: '127.0.0.1', port: 0, peers: [], onFault });
  await far.open();
  const near = new UdpBearer({ address: '127.0.0.1', port: 0, peers: [`127.0.0.1:${far.port}`], onFault });
  await near.open();
  return [near, far];
}

async function pairOf(make: () => Promise<readonly [MeshBearer, MeshBearer]>) {
  const [near, far] = await make();
  open.push(near, far);
  const heard: Uint8Array[] = [];
  far.onSegment((segment) => heard.push(Uint8Array.from(segment)));
  return { near, far, heard };
}

describe.each([
  ['in memory, with half of it lost', inMemory],
  ['over UDP', overUdp],
])('a bearer %s', (_, make) => {
  test.each(BEARER_CONTRACT)('%s', async (_sentence, holds) => {
    await holds(await pairOf(make));
  });
});

test('over UDP a datagram that is longer than any segment is not heard', async () => {
  const { near, heard } = await pairOf(overUdp);
  while (heard.length === 0) {
    near.send(new Uint8Array(200));
    near.send(new Uint8Array(20));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(new Set(heard.map(({ length }) => length))).toEqual(new Set([20]));
});
