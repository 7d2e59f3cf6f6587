import { t } from '@lingui/core/macro';
import { call } from '../api.ts';
import { Dialog } from '../ui/dialog.tsx';
import { SignInWays } from './sign-in-ways.tsx';

interface Props {
  name: string;
  onSignedIn: () => void;
}

/** A session has ended: the page below keeps what was typed. */
export function SignInAgain({ name, onSignedIn }: Props) {
  return (
    <Dialog
      stays
      title={t`Your session has ended`}
      lead={t`Sign in again. The page below is still there, with everything that you typed.`}
      onClose={() => undefined}
    >
      <SignInWays name={name} onSignedIn={onSignedIn} />
    </Dialog>
  );
}

/** Somebody else at the same browser must not go on with another person's page. */
export async function isStill(name: string): Promise<boolean> {
  return (await call('viewAccount')).name === name;
}
