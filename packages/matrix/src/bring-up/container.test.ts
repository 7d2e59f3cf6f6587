import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type MatrixValue, valueSchema } from '../file/value.ts';
import { containerProgram } from './container.ts';

const folder = mkdtempSync(join(tmpdir(), 'tuesday-container-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the container's program is really given, by a program of its name that prints its words. */
function wordsOf(value: MatrixValue): { words: string[]; program: ReturnType<typeof containerProgram> } {
  writeFileSync(join(folder, 'podman'), '#!/bin/sh\nprintf "%s\\n" "$@"\n', { mode: 0o755 });
  const program = containerProgram(value);
  const env = {
    ...program.env,
    PATH: `${folder}:/usr/bin:/bin`,
    HOST: '127.0.0.1',
    PORT: '4711',
    CONFIG: '/w/c',
  };
  const { stdout } = spawnSync('/bin/sh', ['-c', program.command], { env, encoding: 'utf8' });
  return { words: stdout.trimEnd().split('\n'), program };
}

const of = (container: object, more: object = {}) =>
  valueSchema.parse({ value: 'x', container: { program: 'podman', ...container }, ...more });

describe('a container is started', () => {
  test('as its image is, with what it needs for strangers to connect', () => {
    const { words, program } = wordsOf(of({ image: 'quay.io/x/eclipse-mosquitto:2.0.18' }));
    const name = program.env?.['CONTAINER'];
    const config = '/w/c:/mosquitto/config/mosquitto.conf:ro,Z';
    const port = '127.0.0.1:4711:1883';
    expect(words.join(' ')).toBe(
      `run --rm --name ${name} -p ${port} -v ${config} quay.io/x/eclipse-mosquitto:2.0.18`,
    );
    expect(program.config).toContain('allow_anonymous true');
    expect(program.inside).toMatchObject({ HOST: '0.0.0.0', PORT: '1883' });
    expect(program.reads?.topic).toBe('$SYS/broker/version');
  });

  test('with a command and a configuration of one’s own, whatever stands in them', () => {
    const value = of(
      {
        image: 'registry/emqx:5',
        port: 2883,
        args: ['--env', 'A="$(touch nothing)" b'],
        command: ['serve', "it's", '$HOME'],
        configAt: '/etc/my conf/"x"',
      },
      { config: 'port=$PORT' },
    );
    const { words, program } = wordsOf(value);
    const port = ['-p', '127.0.0.1:4711:2883'];
    const mount = ['-v', '/w/c:/etc/my conf/"x":ro,Z'];
    expect(words.slice(4)).toEqual([
      ...port,
      '--env',
      'A="$(touch nothing)" b',
      ...mount,
      'registry/emqx:5',
      'serve',
      "it's",
      '$HOME',
    ]);
    expect(program.config).toBe('port=$PORT');
  });

  test('without a configuration where nothing says where it goes', () => {
    expect(wordsOf(of({ image: 'emqx:5' })).words).not.toContain('-v');
    expect(wordsOf(of({ image: 'eclipse-mosquitto', command: ['mosquitto'] })).words).not.toContain('-v');
  });
});

test.each([
  [{ image: 'x', configAt: '/etc/x' }, {}, 'config', 'expected the text that is to be at /etc/x'],
  [
    { image: 'x', configAt: 'etc/x' },
    { config: '' },
    'container.configAt',
    'must be an absolute path without ":"',
  ],
])('%o is refused at its field', (container, more, field, message) => {
  const parsed = valueSchema.safeParse({ value: 'x', container, ...more });
  expect(parsed.error?.issues.map((issue) => [issue.path.join('.'), issue.message])).toEqual([
    [field, message],
  ]);
});

test('an archive that is not Debian’s wants the keys that sign it', () => {
  const debian = { suite: 'noble', package: 'mosquitto', archive: 'http://archive.ubuntu.com/ubuntu' };
  const parsed = valueSchema.safeParse({ debian });
  expect(parsed.error?.issues.map(({ path }) => path.join('.'))).toEqual(['debian.keyring']);
  expect(valueSchema.safeParse({ debian: { ...debian, archive: 'ubuntu', keyring: 'k' } }).success).toBe(
    false,
  );
  expect(valueSchema.safeParse({ debian: { ...debian, keyring: 'k' } }).success).toBe(true);
});
