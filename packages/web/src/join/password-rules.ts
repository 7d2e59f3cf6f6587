import { t } from '@lingui/core/macro';

/** The server's rules for passwords, told while typing; the server judges again. */
const LEAST = 12;
const MOST = 256;

export function passwordProblem(password: string): string | undefined {
  if (password === '') return t`Choose a password; a few words do.`;
  if (password.length < LEAST)
    return t`Use at least ${LEAST} characters; this has ${password.length}. A few words do.`;
  return password.length > MOST ? t`Use at most ${MOST} characters.` : undefined;
}

export function codeProblem(code: string): string | undefined {
  return /^\d{6}$/.test(code.replaceAll(/\s/g, ''))
    ? undefined
    : t`Type the six digits that the authenticator shows for Tuesday.`;
}
