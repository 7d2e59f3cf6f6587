import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parser } from 'mqtt-packet';
import { describe, expect, test } from 'vitest';
import { CASES } from '../../packages/cli/src/conformance/cases/index.ts';
import { root } from '../files.ts';
import { clientTransitions } from './client-states.ts';
import { hexDump, mqttPackets } from './wire-bytes.ts';

describe('the guide for clients', () => {
  const text = readFileSync(join(root, 'docs/clients.md'), 'utf8');

  test.each(CASES.map(({ name, read }) => [name, read]))('has the heading that %s points to', (_, read) => {
    expect(text).toContain(`\n## ${read}\n`);
  });

  test('calls no two cases by one name', () => {
    expect(new Set(CASES.map(({ name }) => name)).size).toBe(CASES.length);
  });

  test('shows MQTT packets that a parser of others reads as what they are called', () => {
    const seen: string[] = [];
    const reader = parser({ protocolVersion: 4 });
    reader.on('packet', ({ cmd }) => seen.push(cmd));
    for (const { title, bytes } of mqttPackets()) {
      expect(reader.parse(bytes), title).toBe(0);
      expect(title.toLowerCase()).toContain(seen.at(-1));
    }
    expect(seen).toHaveLength(mqttPackets().length);
  });

  test('dumps bytes so that they can be typed in again', () => {
    const bytes = Buffer.from(Array.from({ length: 40 }, (_, at) => at * 6));
    const hex = hexDump(bytes)
      .split('\n')
      .map((line) => line.slice(6, 53))
      .join('');
    expect(Buffer.from(hex.replaceAll(' ', ''), 'hex')).toEqual(bytes);
  });
});

describe('the state chart', () => {
  const edges = clientTransitions().map(({ from, to }) => `${from} → ${to}`);

  test('reaches every step that the core has', () => {
    const steps = ['verifying', 'downloading', 'staging', 'ready', 'trying', 'rolling-back'];
    for (const step of steps)
      expect(
        edges.some((edge) => edge.endsWith(`→ ${step}`)),
        step,
      ).toBe(true);
  });

  test.each([
    'verifying → trying',
    'downloading → trying',
    'staging → trying',
    'idle → trying',
    'trying → ready',
  ])('has no way %s: nothing is booted that was not read back and asked for again', (edge) =>
    expect(edges).not.toContain(edge),
  );
});
