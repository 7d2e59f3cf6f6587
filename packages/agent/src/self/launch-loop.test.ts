import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wallClock } from '@tuesday/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LAUNCH_LOOP, LOOP_VARIABLE } from './launch-loop.ts';

let folder: string;
let loop: ChildProcess;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'launch loop '));
  // Answers with what lies ready for this question, and ends with 3 when nothing does.
  script(
    'packaged',
    'case $4 in --overdue) echo >> looked; [ ! -f confirmed ]; exit ;; esac',
    'echo "$*" >> asked',
    'n=$(wc -l < asked)',
    '[ -f "answer-$n" ] || exit 3',
    'cat "answer-$n" >&3',
  );
});
afterEach(() => {
  loop.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

function script(name: string, ...lines: string[]): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${lines.join('\n')}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** What the packaged executable answers, one question after the other. */
function answers(...answered: string[][]): void {
  answered.forEach((lines, index) =>
    writeFileSync(join(folder, `answer-${index + 1}`), `${lines.join('\n')}\n`),
  );
}

const read = (name: string) => readFileSync(join(folder, name), 'utf8').trim();

/** @returns the exit code; null when a signal ended it. Everything that it started is gone, too. */
function launch(): Promise<number | null> {
  loop = spawn('/bin/sh', ['-c', `eval "$${LOOP_VARIABLE}"`, join(folder, 'packaged'), 'the agent.json'], {
    cwd: folder,
    env: { ...process.env, [LOOP_VARIABLE]: LAUNCH_LOOP },
    // Whoever is left holds the pipe open.
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  loop.stdout?.resume();
  return new Promise((resolve) => loop.once('close', resolve));
}

async function appears(name: string): Promise<void> {
  while (!existsSync(join(folder, name))) await wallClock().sleep(20);
}

test('it starts what it is told to, from the slot it is told, and hands on how that ended', async () => {
  const first = script('first agent', 'echo "$1 $2 $3 from <$TUESDAY_AGENT_SLOT>" > first', 'exit 75');
  const second = script('second', 'echo "from <$TUESDAY_AGENT_SLOT>" > second', 'kill -9 $$');
  answers(
    ['start', '{"is": "one"}', '0', 'b', first],
    ['start', '{"is": "two"}', '600', '', second],
    ['wait', '{"is": "three"}', '0.010'],
  );
  expect(await launch()).toBe(3);
  expect(read('first')).toBe('run --config the agent.json from <b>');
  expect(read('second')).toBe('from <>');
  expect(read('asked').split('\n')).toEqual([
    'next --config the agent.json --ended  --standing ',
    'next --config the agent.json --ended 75 --standing {"is": "one"}',
    'next --config the agent.json --ended 137 --standing {"is": "two"}',
    'next --config the agent.json --ended 0 --standing {"is": "three"}',
  ]);
});

test('it is over, with 0, when there is no answer', async () => {
  script('packaged', 'exit 0');
  expect(await launch()).toBe(0);
});

test.each([
  ['for ever', '0'],
  ['on trial', '600'],
])('told to stop, it tells the agent that runs %s, and waits until that has ended', async (_, seconds) => {
  const agent = script(
    'agent',
    'trap "sleep 0.3; echo in order > ended; exit 0" TERM',
    'echo > began',
    'while :; do sleep 0.05; done',
  );
  answers(['start', 'one', seconds, 'a', agent]);
  const over = launch();
  await appears('began');
  loop.kill('SIGTERM');
  expect(await over).toBe(0);
  expect(read('ended')).toBe('in order');
  expect(read('asked').split('\n')).toHaveLength(1);
});

test('told to stop while it waits, it is over at once', async () => {
  answers(['wait', 'one', '100000']);
  const over = launch();
  await appears('asked');
  await wallClock().sleep(100);
  loop.kill('SIGTERM');
  expect(await over).toBe(0);
});

test.each([
  ['for ever', '0'],
  ['on trial', '600'],
])('killed, it takes the agent that runs %s along', async (_, seconds) => {
  answers(['start', 'one', seconds, 'a', script('agent', 'echo > began', 'exec sleep 100000')]);
  const over = launch();
  await appears('began');
  loop.kill('SIGKILL');
  expect(await over).toBeNull();
});

test('an agent that hangs is ended when its time is up, and that is told', async () => {
  answers(['start', 'one', '1', 'b', script('agent', 'trap "" TERM', 'exec sleep 100000')]);
  expect(await launch()).toBe(3);
  expect(read('asked').split('\n')[1]).toContain('--ended 137 ');
});

test('an agent that has been confirmed meanwhile runs on when the time of its trial is up', async () => {
  const agent = script('agent', 'echo > confirmed', 'while [ ! -f enough ]; do sleep 0.05; done', 'exit 75');
  answers(['start', 'one', '1', 'b', agent]);
  const over = launch();
  await appears('looked');
  await wallClock().sleep(200);
  writeFileSync(join(folder, 'enough'), '');
  expect(await over).toBe(3);
  expect(read('asked').split('\n')[1]).toContain('--ended 75 ');
});

test('nobody watches an agent that has ended in time', async () => {
  answers(['start', 'one', '1', 'b', script('agent', 'exit 1')], ['wait', 'two', '1.5']);
  expect(await launch()).toBe(3);
  expect(existsSync(join(folder, 'looked'))).toBe(false);
});
