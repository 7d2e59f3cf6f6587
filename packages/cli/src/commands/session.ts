/** `login`, `logout`, `status`. */
import { rmSync } from 'node:fs';
import type { Command } from 'commander';
import { does, leaf } from '../command.ts';
import { type FactorFlags, findFactor, withCode } from '../factor.ts';
import { isPersons, keepLogin, signingIn } from '../person-session.ts';
import { print, say, span, table, time } from '../output.ts';
import { readSecret } from '../secrets.ts';
import { clientOf, fleetNamed, keptLogin, loginFile, originOf, type Session } from '../session.ts';
import { UsageFault } from '../failures.ts';

export function sessionCommands(): Command[] {
  return [login(), logout(), status()];
}

interface LoginFlags extends FactorFlags {
  name?: string;
  tokenFile?: string;
  passwordFile?: string;
}

function login(): Command {
  return does<LoginFlags>(
    withCode(
      leaf('login', 'Sign in as a person, or remember an operator token, once it works', [
        'login --server https://updates.example.com --name alice',
        'login --server http://127.0.0.1:8080 --token-file token.txt',
      ])
        .option('--name <name>', 'sign in with a password and a code, as somebody who can consent')
        .option(
          '--password-file <file>',
          'file with the password (else TUESDAY_PASSWORD, else it is asked for)',
        )
        .option(
          '--token-file <file>',
          'file that holds the token (else TUESDAY_TOKEN, else it is asked for)',
        ),
    ),
    async ({ flags, show }) => {
      const given = flags.server ?? process.env['TUESDAY_SERVER'];
      if (given === undefined) throw new UsageFault('error: say which server: --server URL');
      const server = originOf(given);
      const session =
        flags.name === undefined ? await byToken(server, flags) : await byPassword(server, flags.name, flags);
      const file = keepLogin({ ...session, fleet: fleetNamed(flags.fleet) });
      say(`signed in; kept in ${file}`);
      show({ server, file }, () => server);
    },
  );
}

async function byToken(
  server: string,
  { tokenFile, fleet }: LoginFlags & { fleet?: string | undefined },
): Promise<Session> {
  const token = await readSecret('Operator token', 'TUESDAY_TOKEN', tokenFile, '--token-file');
  await clientOf({ server, token, fleet: fleetNamed(fleet) }).call('status');
  return { server, token };
}

async function byPassword(server: string, name: string, flags: LoginFlags): Promise<Session> {
  const password = await readSecret('Password', 'TUESDAY_PASSWORD', flags.passwordFile, '--password-file');
  const factor = await findFactor(flags);
  const { client, session } = signingIn(server);
  await client.call('passwordSignIn', { body: { name, password, factor } });
  return session();
}

function logout(): Command {
  return does(
    leaf('logout', 'End the session, and forget the server and the token', ['logout']),
    async ({ flags }) => {
      const file = loginFile();
      const kept = keptLogin();
      // Away from the server it is forgotten all the same; the session ends by itself.
      if (kept && isPersons(kept))
        await clientOf(kept)
          .call('signOut')
          .catch(() => undefined);
      rmSync(file, { force: true });
      if (flags.json) print(JSON.stringify({ removed: file }));
      else say(`removed ${file}`);
    },
  );
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
