import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { refuse, type RefusalCode } from '@tuesday/protocol';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { buildProgram, EXIT, EXIT_MEANINGS } from '../index.ts';
import { workplace } from '../testing/run-tuesday.ts';
import { scriptedServer } from '../testing/scripted-server.ts';
import { status } from '../testing/views.ts';

const program = await buildProgram();
const demo = await buildProgram('demo');

function leaves(command: Command, path: string): Array<[string, Command]> {
  if (command.commands.length === 0) return [[path, command]];
  return command.commands.flatMap((member) => leaves(member, `${path} ${member.name()}`.trim()));
}

const helpOf = (command: Command) => {
  let text = '';
  command.configureOutput({ writeOut: (part) => void (text += part) }).outputHelp();
  return text;
};

describe('every command', () => {
  const all = [...leaves(program, '').filter(([path]) => path !== 'demo'), ...leaves(demo, '')];
  test('is found by this test', () => expect(all.length).toBeGreaterThan(80));

  test.each(program.commands.map((command) => command.name()))(
    '%s is loaded alone when it is typed',
    async (name) => {
      const alone = await buildProgram(name);
      expect(alone.commands.map((command) => command.name())).toEqual([name]);
    },
  );

  test.each(all)('%s has help with an example of itself', (path, command) => {
    expect(helpOf(command)).toContain(`$ tuesday ${path}`);
  });

  test.each(all.filter(([path]) => path !== 'demo'))('%s can print JSON', (_, command) => {
    expect(command.options.map((option) => option.long)).toContain('--json');
  });

  test.each(all)('%s takes no secret as a flag', (_, command) => {
    expect(command.options.map((option) => option.long)).not.toContain('--token');
    expect(command.options.map((option) => option.long)).not.toContain('--passphrase');
  });
});

test('the help lists every exit code with its meaning', () => {
  const help = helpOf(program);
  for (const [code, meaning] of Object.entries(EXIT_MEANINGS)) expect(help).toContain(`${code}  ${meaning}`);
});

describe('exit codes of the command line itself', () => {
  const rows: Array<[string, string[], number]> = [
    ['--help is no failure', ['rollout', 'halt', '--help'], EXIT.ok],
    ['a flag that does not exist is refused', ['status', '--jsno'], EXIT.usage],
    ['a command that does not exist is refused', ['rollout', 'explode'], EXIT.usage],
    ['a group alone is refused', ['rollout'], EXIT.usage],
    ['a missing reason is refused', ['rollout', 'recall', 'r1'], EXIT.usage],
    ['a word too many is refused', ['status', 'now'], EXIT.usage],
    ['an artifact without a file is refused', ['release', 'create', '--artifact', 'th-2'], EXIT.usage],
    ['one person is not two', ['keys', 'init', '--dir', 'k', '--names', 'alice'], EXIT.usage],
    ['no server known is an error', ['status'], EXIT.error],
    ['an address that is none is refused', ['status', '--server', 'nonsense'], EXIT.usage],
  ];
  test.each(rows)('%s', async (_, args, code) => {
    using place = workplace();
    const ran = await place.tuesday(args);
    expect([ran.code, ran.stderr]).toEqual([code, expect.not.stringContaining('    at ')]);
    if (code !== EXIT.ok) expect(ran.stdout).toBe('');
  });
});

describe('a refusal of the server', () => {
  const rows: Array<[RefusalCode, number]> = [
    ['no-way-back', EXIT.refused],
    ['forbidden', EXIT.refused],
    ['release-not-published', EXIT.needsApproval],
    ['bad-request', EXIT.usage],
    ['unauthenticated', EXIT.error],
  ];
  test.each(rows)('%s is printed word for word and ends with %i', async (code, exit) => {
    const refused = refuse(code, 'Release 3.2.5 names “no” way\tback.', { try: 'declare it & sign again' });
    await using server = await scriptedServer({ startRollout: { refused } });
    using place = workplace(server);
    const ran = await place.tuesday(['rollout', 'start', 'r1']);
    expect(ran.code).toBe(exit);
    expect(ran.stderr).toBe(`refused  ${code}\n${refused.because}\ntry: ${refused.try}\n`);
    expect(ran.stdout).toBe('');
    const json = await place.tuesday(['rollout', 'start', 'r1', '--json']);
    expect(JSON.parse(json.stdout)).toEqual({ refused });
  });
});

describe('server and token', () => {
  test('come from the environment', async () => {
    await using server = await scriptedServer({ status: () => status });
    using place = workplace(server);
    const ran = await place.tuesday(['status', '--json']);
    expect(JSON.parse(ran.stdout)).toEqual(status);
    expect(server.asked[0]?.token).toBe('tso1.test');
  });

  test('are kept by login, after they worked, and forgotten by logout', async () => {
    await using server = await scriptedServer({ status: () => status });
    using place = workplace();
    writeFileSync(join(place.folder, 'token'), 'tso1.kept\n');
    const login = await place.tuesday(['login', '--server', server.url, '--token-file', 'token']);
    expect(login).toMatchObject({ code: 0, stdout: `${server.url}\n` });
    expect((await place.tuesday(['status'])).code).toBe(0);
    expect(server.asked.map((asked) => asked.token)).toEqual(['tso1.kept', 'tso1.kept']);
    await place.tuesday(['logout']);
    expect((await place.tuesday(['status'])).code).toBe(EXIT.error);
  });

  test('a kept token is not shown to another server', async () => {
    await using server = await scriptedServer({ status: () => status });
    await using other = await scriptedServer({ status: () => status });
    using place = workplace();
    writeFileSync(join(place.folder, 'token'), 'tso1.kept\n');
    await place.tuesday(['login', '--server', server.url, '--token-file', 'token']);
    expect((await place.tuesday(['status', '--server', other.url])).code).toBe(EXIT.error);
    expect(other.asked).toEqual([]);
  });
});
