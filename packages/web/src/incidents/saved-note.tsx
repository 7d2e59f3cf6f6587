import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { SavedText } from '@tuesday/protocol';
import { useSession } from '../session/context.ts';
import { bothWords } from '../time.ts';
import { Button } from '../ui/button.tsx';

interface Props {
  saved: SavedText;
  /** Somebody has kept another one since this one was typed. */
  overtaken: boolean;
  onTake: () => void;
}

/** Who kept the text and when, and which of its facts are not any more what they were. */
export function SavedNote({ saved: { by, at, text, changed }, overtaken, onTake }: Props) {
  const { zone } = useSession().session;
  const isOld = changed.length > 0;
  return (
    <div className={`rounded-lg px-3 py-2.5 text-sm ${isOld || overtaken ? 'bg-warn-soft' : 'bg-sunken'}`}>
      <p className="text-pretty">
        <Trans>
          Kept by <span className="font-semibold">{by}</span>, {bothWords(at, zone)}.
          {isOld && t` Since then these facts have changed:`}
        </Trans>
      </p>
      {isOld && (
        <ul className="mt-1 grid list-disc gap-1 pl-5 wrap-anywhere">
          {changed.map(({ name, before, now }) => (
            <li key={name}>
              {name}: <del className="text-ink-2">{before || t`nothing`}</del> <Trans>is now</Trans>{' '}
              <ins>{now || t`nothing`}</ins>
            </li>
          ))}
        </ul>
      )}
      {overtaken && (
        <div className="mt-2 grid gap-2">
          <p className="font-semibold">
            <Trans>It is not what you began with. Theirs:</Trans>
          </p>
          <p className="max-h-40 overflow-y-auto rounded-md bg-surface p-2 whitespace-pre-wrap">{text}</p>
          <Button kind="quiet" small className="sm:w-fit" onClick={onTake}>
            <Trans>Take theirs instead of mine</Trans>
          </Button>
        </div>
      )}
    </div>
  );
}
