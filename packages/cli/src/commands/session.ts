/** `login`, `logout`, `status`. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { does, leaf } from '../command.ts';
import { print, say, span, table, time } from '../output.ts';
import { readSecret } from '../secrets.ts';
import { clientOf, fleetNamed, loginFile, originOf } from '../session.ts';
import { UsageFault } from '../failures.ts';

export function sessionCommands(): Command[] {
  return [login(), logout(), status()];
}

function login(): Command {
  return does<{ tokenFile?: string }>(
    leaf('login', 'Remember a server and an operator token, once they work', [
      'login --server https://updates.example.com',
      'login --server http://127.0.0.1:8080 --token-file token.txt',
    ]).option('--token-file <file>', 'file that holds the token (else TUESDAY_TOKEN, else it is asked for)'),
    async ({ flags, show }) => {
      const given = flags.server ?? process.env['TUESDAY_SERVER'];
      if (given === undefined) throw new UsageFault('error: say which server: --server URL');
      const server = originOf(given);
      const token = await readSecret('Operator token', 'TUESDAY_TOKEN', flags.tokenFile, '--token-file');
      const fleet = fleetNamed(flags.fleet);
      await clientOf({ server, token, fleet }).call('status');
      const file = loginFile();
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      writeFileSync(file, `${JSON.stringify({ server, token, fleet })}\n`, { mode: 0o600 });
      say(`signed in; kept in ${file}`);
      show({ server, file }, ({ server }) => server);
    },
  );
}

function logout(): Command {
  return does(leaf('logout', 'Forget the server and the token', ['logout']), ({ flags }) => {
    const file = loginFile();
    rmSync(file, { force: true });
    if (flags.json) print(JSON.stringify({ removed: file }));
    else say(`removed ${file}`);
  });
}

function status(): Command {
  return does(
    leaf('status', 'Is it up, and what time does it think it is', ['status', 'status --json']),
    async ({ session, show }) => {
      const { server, token, fleet } = session();
      show(await clientOf({ server, token, fleet }).call('status'), (view) =>
        table([
          ['server', server],
          ...(fleet === undefined ? [] : [['fleet', fleet]]),
          ['version', view.version],
          ['time', `${time(view.now)}${view.clockRate === 1 ? '' : `, ${view.clockRate} times as fast`}`],
          ...(view.clockRate === 1 ? [] : [['an hour takes', span(3_600_000 / view.clockRate)]]),
          ['trust', view.trustInstalled ? 'installed' : 'not installed: tuesday keys init'],
          ['devices', String(view.devices)],
          ['rollouts', String(view.rollouts)],
        ]),
      );
    },
  );
}
