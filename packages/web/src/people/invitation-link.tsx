import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { RouteAnswer } from '@tuesday/protocol';
import { useSession } from '../session/context.ts';
import { bothWords } from '../time.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ShownOnce } from '../ui/shown-once.tsx';

interface Props {
  invited: RouteAnswer<'invitePerson'>;
  onClose: () => void;
}

/** The link, once. */
export function InvitationLink({ invited: { person, path, expiresAt }, onClose }: Props) {
  const { zone } = useSession().session;
  return (
    <Dialog stays title={t`A link for ${person.display}`} onClose={onClose}>
      <ShownOnce
        title={t`Pass it on by a way that only they read`}
        note={t`Whoever opens it sets up the account of ${person.name}. It works once, until ${bothWords(expiresAt, zone)}, and is not shown again.`}
        lines={[new URL(path, location.origin).href]}
      />
      <Button kind="primary" onClick={onClose}>
        <Trans>I have passed it on</Trans>
      </Button>
    </Dialog>
  );
}
