import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { ReleaseView, SigningView } from '@tuesday/protocol';
import { Check, KeyRound } from 'lucide-react';
import { call } from '../api.ts';
import { oneOf } from '../language/lists.ts';
import { Answered } from '../ui/answered.tsx';
import { Card } from '../ui/card.tsx';
import { CommandLine } from '../ui/command-line.tsx';
import { useAsked } from '../ui/use-asked.ts';
import { VoidSignatures } from './void-signatures.tsx';
import { type Standing, sizeWords } from './words.ts';

interface Props {
  release: ReleaseView;
  next: Standing['next'];
}

/** Who signed, what exactly is signed, and the line for the next signer. */
export function Signing({ release, next }: Props) {
  const { have, need } = release.signatures;
  return (
    <Card
      title={t`Signatures`}
      lead={t`Keys stay with the people who sign, offline. The console never holds one, so it shows the line instead of a button.`}
      aside={
        <span className="num text-sm font-semibold">
          <Trans>
            {have.length} of {need}
          </Trans>
        </span>
      }
    >
      <ol className="mt-4 grid gap-2 sm:grid-cols-2">
        {Array.from({ length: Math.max(need, have.length) }, (_, index) => (
          <Place key={index} label={have[index]?.label} number={index + 1} />
        ))}
      </ol>
      {release.state !== 'published' && <VoidSignatures release={release} />}
      {next === 'trust' && <Untrusted />}
      {next === 'bytes' && (
        <p className="mt-4 text-sm text-ink-2">
          <Trans>There is nothing to sign before all bytes are here: people sign their digests.</Trans>
        </p>
      )}
      {next === 'signatures' && <ToSign release={release} />}
    </Card>
  );
}

function Place({ label, number }: { label: string | undefined; number: number }) {
  const signed = label !== undefined;
  return (
    <li
      className={`flex min-h-12 items-center gap-2.5 rounded-lg border px-3 text-sm ${signed ? 'border-good bg-good-soft' : 'border-dashed border-line-strong text-ink-2'}`}
    >
      {signed ? (
        <Check size={16} aria-hidden className="shrink-0 text-good" />
      ) : (
        <KeyRound size={16} aria-hidden className="shrink-0" />
      )}
      <span className="min-w-0 wrap-anywhere">
        {signed ? (
          <>
            <Trans>
              <span className="font-semibold">{label}</span> signed
            </Trans>
          </>
        ) : (
          t`signature ${number} is missing`
        )}
      </span>
    </li>
  );
}

function Untrusted() {
  return (
    <div className="mt-4 grid gap-2 text-sm">
      <p className="text-ink-2">
        <Trans>The root of trust is made once, on a machine of your own, and then installed:</Trans>
      </p>
      <CommandLine command="tuesday keys init --dir keys --names alice,bob" />
      <CommandLine command="tuesday keys install --dir keys" />
    </div>
  );
}

function ToSign({ release: { version, signatures } }: { release: ReleaseView }) {
  const key = `signing ${version} ${signatures.have.length}`;
  const asked = useAsked(key, () => call('viewSigning', { params: { version } }), 30_000, [
    'release',
    'trust',
  ]);
  const names = signatures.have.map(({ label }) => label);
  return (
    <div className="mt-5 grid gap-4 border-t border-line pt-5 text-sm">
      <div className="grid gap-2">
        <h3 className="font-semibold">
          {names.length === 0 ? t`The first signer runs` : t`The next signer, not ${oneOf(names)}, runs`}
        </h3>
        <CommandLine command={`tuesday release sign ${version} --key keys/offline/<name>.targets.json`} />
        <p className="text-ink-2">
          <Trans>
            It reads from the bytes themselves what is added, compares it with these digests, and asks for the
            passphrase of the key.
          </Trans>
        </p>
      </div>
      <Answered
        quiet
        asked={asked}
        what={t`what is to be signed`}
        command={`tuesday release view ${version}`}
      >
        {(signing) => <Adds signing={signing} />}
      </Answered>
    </div>
  );
}

function Adds({ signing: { adds, targetsVersion } }: { signing: SigningView }) {
  return (
    <div className="grid gap-2">
      <h3 className="font-semibold">
        <Trans>
          What is signed: targets version <span className="num">{targetsVersion}</span> adds
        </Trans>
      </h3>
      <ul className="grid gap-2">
        {adds.map(({ target, size, sha256 }) => (
          <li key={target} className="rounded-lg bg-sunken px-3 py-2.5">
            <span className="flex flex-wrap justify-between gap-x-4">
              <span className="font-semibold wrap-anywhere">{target}</span>
              <span className="num text-ink-2" title={t`${size} bytes`}>
                {sizeWords(size)}
              </span>
            </span>
            <code className="mt-1 block font-mono text-xs wrap-anywhere text-ink-2">{sha256}</code>
          </li>
        ))}
      </ul>
    </div>
  );
}
