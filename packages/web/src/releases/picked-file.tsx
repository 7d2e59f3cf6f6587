import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Check, X } from 'lucide-react';
import { Field } from '../ui/field.tsx';
import type { Picked } from './draft.ts';
import { sizeWords } from './words.ts';

interface Props {
  picked: Picked;
  /** Id of the list of suggestions. */
  suggestions: string;
  problem: string | undefined;
  /** What is wrong with the file itself. */
  fileProblem: string | undefined;
  onHardware: (hardware: string) => void;
  onLeave: () => void;
  onRemove: () => void;
}

/** One file: its digest as it is read, and the hardware that it is for. */
export function PickedFile({
  picked,
  suggestions,
  problem,
  fileProblem,
  onHardware,
  onLeave,
  onRemove,
}: Props) {
  const { file, hardware, read, sha256 } = picked;
  return (
    <li className="grid gap-3 rounded-lg border border-line p-3 sm:grid-cols-[1fr_15rem] sm:p-4">
      <div className="grid min-w-0 content-start gap-1.5 text-sm">
        <p className="flex items-start gap-2">
          <span className="min-w-0 flex-1 font-semibold wrap-anywhere">
            {file.name} <span className="num font-normal text-ink-2">{sizeWords(file.size)}</span>
          </span>
          <button
            type="button"
            aria-label={t`Remove ${file.name}`}
            className="-mt-1.5 grid size-9 shrink-0 place-items-center rounded-md text-ink-2 hover:bg-sunken hover:text-ink"
            onClick={onRemove}
          >
            <X size={16} aria-hidden />
          </button>
        </p>
        {sha256 === undefined ? (
          <>
            <progress
              className="soak"
              aria-label={t`Digest of ${file.name}`}
              max={Math.max(1, file.size)}
              value={read}
            />
            <p className="num text-ink-2">
              <Trans>Reading its SHA-256 …</Trans>
            </p>
          </>
        ) : (
          <p className="flex gap-1.5">
            <Check size={15} aria-hidden className="mt-0.5 shrink-0 text-good" />
            <span className="min-w-0">
              <span className="sr-only">
                <Trans>SHA-256</Trans>{' '}
              </span>
              <code className="font-mono text-xs wrap-anywhere text-ink-2">{sha256}</code>
            </span>
          </p>
        )}
        {fileProblem !== undefined && (
          <p role="alert" className="wrap-anywhere text-bad">
            {fileProblem}
          </p>
        )}
      </div>
      <Field
        label={t`Hardware`}
        list={suggestions}
        autoCapitalize="none"
        autoComplete="off"
        spellCheck={false}
        maxLength={64}
        value={hardware}
        problem={problem}
        onBlur={onLeave}
        onChange={(event) => onHardware(event.target.value)}
      />
    </li>
  );
}
