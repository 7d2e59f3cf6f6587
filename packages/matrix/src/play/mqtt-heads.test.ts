import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generate, type Packet } from 'mqtt-packet';
import { CONNACK, CONNECT, keepAliveOf, PacketHeads, SUBACK } from './mqtt-heads.ts';

const stream = (packets: Packet[]) => Buffer.concat(packets.map((packet) => generate(packet)));
const connect = (keepalive: number, protocolVersion: 4 | 5): Packet => ({
  cmd: 'connect',
  protocolId: 'MQTT',
  protocolVersion,
  clean: true,
  clientId: 'device-1',
  keepalive,
});
const publish = (size: number): Packet => ({
  cmd: 'publish',
  topic: 'a',
  payload: Buffer.alloc(size, 0x20),
  qos: 0,
  dup: false,
  retain: false,
});

describe('packets in passing', () => {
  test.each([0, 1, 60, 65_535])('show the keep-alive of a CONNECT in both versions: %i', (seconds) => {
    for (const version of [4, 5] as const) {
      const seen: Array<number | undefined> = [];
      new PacketHeads((type, head) => type === CONNECT && seen.push(keepAliveOf(head))).read(
        stream([connect(seconds, version)]),
      );
      expect(seen).toEqual([seconds]);
    }
  });

  test('are told apart however the stream is cut, and whatever they carry', () => {
    let packets = 0;
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constant(-1), fc.constant(-2), fc.nat(40_000)), { minLength: 1, maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 20 }),
        (kinds, cuts) => {
          const bytes = stream(
            kinds.map((kind): Packet => {
              if (kind === -1) return { cmd: 'connack', returnCode: 5, sessionPresent: false };
              if (kind === -2) return { cmd: 'suback', messageId: 7, granted: [0] };
              return publish(kind);
            }),
          );
          const seen: number[] = [];
          const heads = new PacketHeads((type, head) => {
            seen.push(type === CONNACK ? -1 : type === SUBACK ? -2 : 0);
            if (type === CONNACK) expect(head[1]).toBe(5);
          });
          for (let at = 0, cut = 0; at < bytes.length; at += cuts[cut++ % cuts.length]!)
            heads.read(bytes.subarray(at, at + cuts[cut % cuts.length]!));
          expect(seen).toEqual(kinds.map((kind) => Math.min(kind, 0)));
          packets += kinds.length;
        },
      ),
    );
    expect(packets).toBeGreaterThan(200);
  });

  test('that are none end nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (noise) =>
        new PacketHeads(() => undefined).read(noise),
      ),
    );
    expect(keepAliveOf(Buffer.from([0, 4, 0x4d]))).toBeUndefined();
  });
});
