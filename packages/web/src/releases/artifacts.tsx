import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { Artifact, ReleaseView } from '@tuesday/protocol';
import { Check, CircleDashed } from 'lucide-react';
import { useEffect } from 'react';
import { Card } from '../ui/card.tsx';
import { sizeWords } from './words.ts';
import { UploadAgain } from './upload-again.tsx';
import { UploadBar } from './upload-bar.tsx';
import { underWay, type Upload, uploads, useUploads } from './uploads.ts';

interface Props {
  release: ReleaseView;
  again: () => Promise<void>;
}

/** The bytes for each hardware model: digest, size, whether they are here, and the deltas that lead to them. */
export function Artifacts({ release, again }: Props) {
  const { version, manifest, missingArtifacts: missing } = release;
  const uploadOf = useUploads(version);
  const sent = manifest.artifacts.filter(({ hardware }) => uploadOf(hardware)?.state === 'sent').length;
  useEffect(() => {
    if (sent > 0) void again();
  }, [sent, again]);
  useEffect(() => {
    const stay = (event: BeforeUnloadEvent) => {
      if (underWay(uploads.all())) event.preventDefault();
    };
    addEventListener('beforeunload', stay);
    return () => removeEventListener('beforeunload', stay);
  }, []);
  const here = manifest.artifacts.length - missing.length;
  return (
    <Card
      title={t`Artifacts`}
      lead={t`What devices of each hardware model run. The server takes only bytes with the declared digest.`}
      aside={
        <span className="num text-sm font-semibold">
          <Trans>
            {here} of {manifest.artifacts.length} uploaded
          </Trans>
        </span>
      }
    >
      <ul className="rows mt-2 text-sm">
        {manifest.artifacts.map((artifact) => (
          <Row
            key={artifact.hardware}
            artifact={artifact}
            release={release}
            upload={uploadOf(artifact.hardware)}
          />
        ))}
      </ul>
    </Card>
  );
}

interface RowProps {
  artifact: Artifact;
  release: ReleaseView;
  upload: Upload | undefined;
}

function Row({ artifact, release, upload }: RowProps) {
  const { hardware, size, sha256 } = artifact;
  const missing = release.missingArtifacts.includes(hardware);
  // What is sent is looked at by the server, and asked for again at once.
  const moving = upload !== undefined && upload.state !== 'broken';
  const deltas = (release.deltas ?? []).filter((delta) => delta.hardware === hardware);
  return (
    <li className="grid gap-2 py-3">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="font-semibold wrap-anywhere">{hardware}</span>
        <span className="num text-ink-2" title={t`${size} bytes`}>
          {sizeWords(size)}
        </span>
        <span
          className={`ml-auto flex items-center gap-1.5 font-medium ${missing ? 'text-warn' : 'text-good'}`}
        >
          {missing ? <CircleDashed size={15} aria-hidden /> : <Check size={15} aria-hidden />}
          {missing ? (moving ? t`uploading` : t`not uploaded`) : t`uploaded`}
        </span>
      </p>
      <code className="font-mono text-xs wrap-anywhere text-ink-2">{sha256}</code>
      {missing && moving && <UploadBar upload={upload} hardware={hardware} />}
      {missing && !moving && <UploadAgain version={release.version} artifact={artifact} upload={upload} />}
      {deltas.length > 0 && (
        <ul className="num grid gap-1 text-ink-2">
          {deltas.map((delta) => (
            <li key={delta.from}>{deltaWords(delta, size)}</li>
          ))}
        </ul>
      )}
    </li>
  );
}

type Delta = NonNullable<ReleaseView['deltas']>[number];

/** "delta from 3.2.4: 41 kB, 3.4 % of the whole" */
function deltaWords({ from, state, size, because }: Delta, whole: number): string {
  if (state === 'wanted') return t`delta from ${from}: is being made`;
  if (state === 'none') return t`no delta from ${from}: ${because ?? t`nobody has said why`}`;
  const share = whole === 0 ? '' : t`, ${((100 * (size ?? 0)) / whole).toFixed(1)} % of the whole`;
  return t`delta from ${from}: ${sizeWords(size ?? 0)}${share}`;
}
