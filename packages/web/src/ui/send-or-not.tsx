import { Trans } from '@lingui/react/macro';
import { Button } from './button.tsx';

interface Props {
  /** Words of the button that sends. */
  act: string;
  kind?: 'primary' | 'red' | 'quiet';
  refusal?: string | undefined;
  className?: string;
  onClose: () => void;
}

/** The end of a dialog's form: away from it, or sent. */
export function SendOrNot({ act, kind = 'primary', refusal, className = '', onClose }: Props) {
  return (
    <div className={`grid items-start gap-3 sm:grid-cols-2 ${className}`}>
      <Button kind="quiet" onClick={onClose}>
        <Trans>Not now</Trans>
      </Button>
      <Button kind={kind} type="submit" refusal={refusal}>
        {act}
      </Button>
    </div>
  );
}
