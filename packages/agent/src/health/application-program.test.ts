import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wallClock } from '@tuesday/protocol';
import { afterAll, expect, test } from 'vitest';
import { Application, programIn } from './application.ts';

const top = mkdtempSync(join(tmpdir(), 'program-'));
afterAll(() => rmSync(top, { recursive: true }));

test('firmware that is no ES module is started as the executable that it is', async () => {
  const program = join(top, 'firmware');
  writeFileSync(program, '#!/bin/sh\necho \'{"error":"0x45"}\'\nexit 69\n');
  chmodSync(program, 0o755);
  const end = await new Promise((resolve) => {
    new Application({
      clock: wallClock(),
      program: () => programIn(program),
      environment: {},
      workFolder: top,
      onStarted: () => undefined,
      onExit: (exitCode, errorCode) => resolve({ exitCode, errorCode }),
      onNews: () => undefined,
    }).start('a');
  });
  expect(end).toEqual({ exitCode: 69, errorCode: '0x45' });
});
