import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { Artifact } from '@tuesday/protocol';
import { Upload as UploadIcon } from 'lucide-react';
import { useId, useState } from 'react';
import { refusalFor } from '../session/allowed.ts';
import { useSession } from '../session/context.ts';
import { Button } from '../ui/button.tsx';
import { digestOf } from './digest.ts';
import { type Upload, uploads } from './uploads.ts';
import { sizeWords } from './words.ts';

interface Props {
  version: string;
  artifact: Artifact;
  /** What became of the last attempt on this page. */
  upload: Upload | undefined;
}

/** For bytes that did not come: the same file again, or chosen anew and held to the declared digest first. */
export function UploadAgain({ version, artifact, upload }: Props) {
  const { account } = useSession().session;
  const [problem, setProblem] = useState<string>();
  const [read, setRead] = useState<number>();
  const id = useId();
  const { hardware, size } = artifact;
  const choose = async (file: File | undefined) => {
    if (!file) return;
    setProblem(undefined);
    const wrong = await notIt(file, artifact, setRead).catch(
      () => t`${file.name} cannot be read; choose it again.`,
    );
    setRead(undefined);
    if (wrong === undefined) void uploads.start(version, hardware, file);
    else setProblem(wrong);
  };
  const broken = upload?.state === 'broken' ? upload : undefined;
  const told = problem ?? broken?.failure?.words;
  const noRole = refusalFor(account, 'operate');
  return (
    <div className="grid gap-2">
      {told !== undefined && (
        <p id={`${id}-problem`} role="alert" className="wrap-anywhere text-bad">
          {told}
        </p>
      )}
      {broken && (
        <Button
          kind="primary"
          small
          className="sm:max-w-56"
          refusal={noRole}
          onClick={() => void uploads.start(version, hardware, broken.file)}
        >
          <UploadIcon size={16} aria-hidden /> <Trans>Upload again</Trans>
        </Button>
      )}
      {noRole === undefined ? (
        <div>
          <label htmlFor={id} className="block font-medium">
            <Trans>File for {hardware}</Trans>
          </label>
          <input
            id={id}
            type="file"
            className="input mt-1.5"
            style={{ paddingBlock: '0.65rem' }}
            aria-invalid={problem !== undefined}
            aria-describedby={told === undefined ? undefined : `${id}-problem`}
            onChange={(event) => void choose(event.target.files?.[0])}
          />
        </div>
      ) : (
        broken === undefined && <p className="text-ink-2">{noRole}</p>
      )}
      {read !== undefined && (
        <p className="num text-ink-2">
          <Trans>
            Reading its digest: {sizeWords(read)} of {sizeWords(size)}
          </Trans>
        </p>
      )}
    </div>
  );
}

/** @returns why this file is not the one that was declared */
async function notIt(
  file: File,
  { size, sha256 }: Artifact,
  onRead: (bytes: number) => void,
): Promise<string | undefined> {
  if (file.size !== size)
    return t`${file.name} has ${file.size} bytes, and ${size} are declared. Choose the file that was declared.`;
  const digest = await digestOf(file, onRead);
  if (digest === sha256) return undefined;
  return t`${file.name} is another file: its digest begins with ${digest.slice(0, 12)}, the declared one with ${sha256.slice(0, 12)}.`;
}
