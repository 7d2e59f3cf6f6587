import { t } from '@lingui/core/macro';
import type { Upload } from './uploads.ts';
import { sizeWords } from './words.ts';

/** How much has left; the number stands beside the bar. */
export function UploadBar({ upload, hardware }: { upload: Upload | undefined; hardware: string }) {
  if (!upload) return null;
  const { sent, file, state } = upload;
  const words =
    state === 'waiting' ? t`waits for the one before` : t`${sizeWords(sent)} of ${sizeWords(file.size)} sent`;
  return (
    <div className="grid gap-1.5">
      <progress
        className="soak"
        aria-label={t`Upload for ${hardware}`}
        max={Math.max(1, file.size)}
        value={sent}
      />
      <p className="num text-ink-2">{words}</p>
    </div>
  );
}
