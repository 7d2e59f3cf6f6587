import type { CellReport, MatrixStatement } from '@tuesday/protocol';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { heatMap } from './heat-map.ts';
import { junitReport } from './junit.ts';
import { escapeMarkup } from './markup.ts';
import { statementOf } from './statement.ts';
import { textReport } from './text.ts';

const cell = (broker: string, more: Partial<CellReport>): CellReport => ({
  cell: { broker },
  result: 'passed',
  because: '',
  devices: 2,
  finishedAt: 0,
  soak: { realSeconds: 12, deviceSeconds: 43_200 },
  scenarios: [{ scenario: 'connect', result: 'passed', because: '', seconds: 0.5 }],
  log: null,
  ...more,
});

const statement: MatrixStatement = statementOf({
  candidate: { release: '3.2.5', hardware: 'th-2', sha256: 'ab'.repeat(32) },
  startedAt: 0,
  finishedAt: 60_000,
  cells: [
    cell('mosquitto 2.0.15', {}),
    cell('mosquitto 2.0.18', {
      result: 'failed',
      because: 'soak: device-1 raised 0x45',
      scenarios: [
        { scenario: 'connect', result: 'passed', because: '', seconds: 0.5 },
        { scenario: 'keep-alive', result: 'not-run', because: 'unsupported: no variable', seconds: 0 },
        { scenario: 'soak', result: 'failed', because: 'device-1 raised 0x45 <&>"', seconds: 3 },
      ],
    }),
    cell('mosquitto 2.0.22', {
      result: 'not-run',
      because: 'the broker ended with 1',
      scenarios: [],
      devices: 0,
    }),
  ],
});

describe('the statement', () => {
  test('is about the artifact, by digest and target path, and names the dimensions that vary', () => {
    expect(statement.subject).toEqual([{ name: '3.2.5/th-2.bundle', digest: { sha256: 'ab'.repeat(32) } }]);
    expect(statement.predicate.dimensions).toEqual(['broker']);
  });
});

describe('JUnit XML', () => {
  const xml = junitReport(statement);
  test('tells failed, unsupported and not run apart', () => {
    expect(xml).toContain('name="broker mosquitto 2.0.15" tests="1" failures="0" errors="0" skipped="0"');
    expect(xml).toContain('name="broker mosquitto 2.0.18" tests="3" failures="1" errors="0" skipped="1"');
    expect(xml).toContain('name="broker mosquitto 2.0.22" tests="1" failures="0" errors="1" skipped="0"');
    expect(xml).toContain('<error message="the broker ended with 1"/>');
  });
  test('carries what a firmware printed without being broken by it', () => {
    expect(xml).toContain('<failure message="device-1 raised 0x45 &lt;&amp;&gt;&quot;"/>');
  });
});

describe('the heat map', () => {
  const html = heatMap(statement);
  test('says each result by word, not by colour alone', () => {
    for (const word of ['pass', 'FAIL', 'not run']) expect(html).toContain(`fill="#fff">${word}</text>`);
  });
  test('loads nothing from elsewhere', () => {
    expect(html.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|<script|<link|url\(/);
  });
});

describe('the text', () => {
  test('has a row for each cell, and a sentence for each that did not pass', () => {
    const text = textReport(statement);
    expect(text).toContain('3.2.5 for th-2: 1 passed, 1 failed, 1 not run');
    expect(text).toMatch(/broker mosquitto 2\.0\.18 +failed +pass +– +FAIL +12 h 0 min in 12 s/);
    expect(text).toContain('failed broker mosquitto 2.0.18: soak: device-1 raised 0x45');
    expect(text).toContain('not run broker mosquitto 2.0.22: the broker ended with 1');
  });
});

test('text in markup has no character that ends it or that XML cannot carry', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(0x10ffff), { maxLength: 40 }), (points) => {
      const text = String.fromCodePoint(...points);
      // oxlint-disable-next-line no-control-regex -- they are what must not be there
      expect(escapeMarkup(text)).not.toMatch(/[<>"\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/);
    }),
  );
  expect(escapeMarkup('a\u0007b\uD800')).toBe('a\uFFFDb\uFFFD');
});
