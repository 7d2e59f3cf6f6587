import { type RouteAnswer } from '@tuesday/protocol';
import type { Command } from 'commander';
import { does, leaf } from '../command.ts';
import { UsageFault } from '../failures.ts';
import { readFirstCode } from '../factor.ts';
import { say } from '../output.ts';
import { keepLogin, signingIn } from '../person-session.ts';
import { readSecret } from '../secrets.ts';
import { originOf } from '../session.ts';

export function joinCommand(): Command {
  return does<{ invitation: string; passwordFile?: string }>(
    leaf('join', 'Set up the account that you were invited to, with a password and an authenticator', [
      'join --invitation "https://updates.example.com/join#invitation=tsi1.…"',
      'join --server http://localhost:8470 --invitation tsi1.… --password-file password.txt',
    ])
      .requiredOption('--invitation <link>', 'the link, or what stands behind "invitation=" in it')
      .option(
        '--password-file <file>',
        'file with the new password (else TUESDAY_PASSWORD, else it is asked for)',
      ),
    async ({ flags, show }) => {
      const { server, invitation } = partsOf(flags.invitation, flags.server);
      const { client, session } = signingIn(server);
      const { name } = await client.call('viewInvitation', { body: { invitation } });
      say(`This sets up the account ${name}.`);
      const password = await readSecret(
        'New password',
        'TUESDAY_PASSWORD',
        flags.passwordFile,
        '--password-file',
      );
      const { secret, url } = await client.call('totpForJoining', { body: { invitation } });
      saySecret(secret, url);
      const code = await readFirstCode();
      const body = { invitation, password, totp: { secret, code } };
      const joined = await client.call('join', { body });
      say(`signed in as ${joined.name}; kept in ${keepLogin(session())}`);
      show(joined, describeCodes);
    },
  );
}

export function saySecret(secret: string, url: string): void {
  say(`Add this to your authenticator app, then give the code that it shows:\n  ${secret}\n  ${url}`);
}

export function describeCodes({ recoveryCodes }: Pick<RouteAnswer<'join'>, 'recoveryCodes'>): string {
  return [
    'Recovery codes, each for one time, shown only now. Keep them where your phone is not:',
    ...recoveryCodes.map((code) => `  ${code}`),
  ].join('\n');
}

/** A link names its server itself. */
function partsOf(given: string, server: string | undefined): { server: string; invitation: string } {
  const link = URL.canParse(given) ? new URL(given) : undefined;
  const isLink = link?.protocol === 'http:' || link?.protocol === 'https:';
  const invitation = isLink ? new URLSearchParams(link.hash.slice(1)).get('invitation') : given;
  if (invitation === null) throw new UsageFault('error: the link has no "#invitation=" in it');
  const from = server ?? (isLink ? link.origin : process.env['TUESDAY_SERVER']);
  if (from === undefined)
    throw new UsageFault('error: say which server: --server URL, or give the whole link');
  return { server: originOf(from), invitation };
}
