/** Requests, answers and MQTT packets byte for byte, around the frozen golden messages. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { topics } from '@tuesday/protocol';
import { root } from '../files.ts';

const golden = (name: string) =>
  readFileSync(join(root, 'packages/protocol/golden/device-v1', `${name}.json`), 'utf8').trimEnd();

const { device, token } = JSON.parse(golden('enrol-answer')) as { device: string; token: string };

const HOST = 'ota.example';
const FLEET_KEY = 'tsf1.9xB2Qm7KcT0hVfLr3yWnZp5sGdJ8uEaXoRbC6iHqYtM';

function request(verb: string, bearer: string, body: string): string {
  const head = [
    `POST /device/v1/${verb} HTTP/1.1`,
    `Host: ${HOST}`,
    `Authorization: Bearer ${bearer}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return [...head, '', body].join('\n');
}

function answer(status: string, body: string, more: readonly string[] = []): string {
  const head = [
    `HTTP/1.1 ${status}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  return [...head, ...more, '', body].join('\n');
}

const block = (text: string) => `\`\`\`http\n${text}\n\`\`\``;

const SHA256 = '5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03';
const PATH = `/device/v1/trust/targets/3.2.5/${SHA256}.th-2.bundle`;

/** Line ends are CR LF on the wire. */
export function httpMarkdown(): string {
  const range = [
    `GET ${PATH} HTTP/1.1`,
    `Host: ${HOST}`,
    `Authorization: Bearer ${token}`,
    'Range: bytes=131072-',
    `If-Range: "${SHA256}"`,
    '',
    '',
  ].join('\n');
  const partial = [
    'HTTP/1.1 206 Partial Content',
    'accept-ranges: bytes',
    'content-range: bytes 131072-200011/200012',
    'content-length: 68940',
    `etag: "${SHA256}"`,
    '',
    '(68940 bytes)',
  ].join('\n');
  const exchanges: ReadonlyArray<readonly [string, string, string]> = [
    [
      'Enrolment',
      request('enrol', FLEET_KEY, golden('enrol-request')),
      answer('200 OK', golden('enrol-answer')),
    ],
    [
      'Check-in',
      request('check-in', token, golden('check-in-idle')),
      answer('200 OK', golden('answer-update')),
    ],
    [
      'Check-in of a server that sheds load',
      request('check-in', token, golden('check-in-idle')),
      answer('503 Service Unavailable', golden('refused-busy'), ['retry-after: 5']),
    ],
    ['Download, the rest of it', range, partial],
    [
      'Outcome',
      request('outcomes', token, golden('outcome-rolled-back')),
      answer('200 OK', golden('outcome-answer')),
    ],
  ];
  return exchanges
    .map(([title, asked, told]) => `**${title}**\n\n${block(asked)}\n\n${block(told)}`)
    .join('\n\n');
}

/** A string as MQTT writes it: two bytes of length, then UTF-8 (MQTT 3.1.1, 1.5.3). */
function field(value: string): Buffer {
  const text = Buffer.from(value);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(text.length);
  return Buffer.concat([length, text]);
}

/** Fixed header with its remaining length (MQTT 3.1.1, 2.2.3), then the rest. */
function packet(first: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const length: number[] = [];
  let left = body.length;
  do {
    const digit = left % 128;
    left = Math.floor(left / 128);
    length.push(left > 0 ? digit | 128 : digit);
  } while (left > 0);
  return Buffer.concat([Buffer.from([first, ...length]), body]);
}

export interface Packet {
  readonly title: string;
  readonly bytes: Buffer;
}

/** One session: sign in, subscribe, one request, its answer, one announcement. */
export function mqttPackets(): Packet[] {
  const id = (number: number) => Buffer.from([0, number]);
  const subscription = (topic: string) => Buffer.concat([field(topic), Buffer.from([1])]);
  const level = Buffer.from([0x04, 0b1100_0010, 0, 60]);
  return [
    {
      title: 'CONNECT: level 4, user name and password, clean session, keep alive 60 s',
      bytes: packet(0x10, field('MQTT'), level, field(device), field(device), field(token)),
    },
    { title: 'CONNACK: accepted', bytes: packet(0x20, Buffer.from([0, 0])) },
    {
      title: 'SUBSCRIBE: answers and announcements, QoS 1',
      bytes: packet(0x82, id(1), subscription(topics.answers(device)), subscription(topics.announcements)),
    },
    { title: 'SUBACK: both granted', bytes: packet(0x90, id(1), Buffer.from([1, 1])) },
    {
      title: 'PUBLISH, QoS 1: a request',
      bytes: packet(0x32, field(topics.up(device, 'progress')), id(2), Buffer.from(golden('mqtt-request'))),
    },
    { title: 'PUBACK', bytes: packet(0x40, id(2)) },
    {
      title: 'PUBLISH, QoS 1: its answer',
      bytes: packet(0x32, field(topics.answers(device)), id(1), Buffer.from(golden('mqtt-answer'))),
    },
    {
      title: 'PUBLISH, QoS 0: an announcement',
      bytes: packet(0x30, field(topics.announcements), Buffer.from(golden('announcement'))),
    },
  ];
}

/** Sixteen bytes a line, with what of them can be printed. */
export function hexDump(bytes: Buffer): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const part = bytes.subarray(at, at + 16);
    const hex = [...part].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = [...part]
      .map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'))
      .join('');
    lines.push(`${at.toString(16).padStart(4, '0')}  ${hex.padEnd(47)}  ${text}`);
  }
  return lines.join('\n');
}

export function mqttMarkdown(): string {
  return mqttPackets()
    .map(
      ({ title, bytes }) => `**${title}** (${bytes.length} bytes)\n\n\`\`\`text\n${hexDump(bytes)}\n\`\`\``,
    )
    .join('\n\n');
}
