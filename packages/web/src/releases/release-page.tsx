import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { ReleaseView } from '@tuesday/protocol';
import { useEffect } from 'react';
import { call } from '../api.ts';
import { useSession } from '../session/context.ts';
import { Answered } from '../ui/answered.tsx';
import { Link } from '../ui/link.tsx';
import { Screen } from '../ui/screen.tsx';
import { Chip } from '../ui/tone-icon.tsx';
import { useAsked } from '../ui/use-asked.ts';
import { Artifacts } from './artifacts.tsx';
import { Attestations } from './attestations.tsx';
import { Codes } from './codes.tsx';
import { Facts } from './facts.tsx';
import { Heat } from './heat-map.tsx';
import { Parity } from './parity.tsx';
import { RollOut } from './roll-out.tsx';
import { Signing } from './signing.tsx';
import { standingOf } from './words.ts';

interface Props {
  version: string;
  /** What the address points at. */
  part: 'parity' | undefined;
}

/** One release: what it is, what it lacks, who signed what, and whether it was tested where the fleet lives. */
export default function ReleasePage({ version, part }: Props) {
  const asked = useAsked(`release ${version}`, () => call('viewRelease', { params: { version } }), 5_000, [
    'release',
    'rollout',
    'code',
  ]);
  return (
    <Screen
      title={t`Release ${version}`}
      tab={part === 'parity' ? t`Parity of ${version}` : t`Release ${version}`}
      above={
        <Link to="/releases" className="link mb-3 inline-block py-1 text-sm">
          <Trans>All releases</Trans>
        </Link>
      }
    >
      <Answered asked={asked} what={t`this release`} command={`tuesday release view ${version}`}>
        {(release) => <Release release={release} part={part} again={asked.again} />}
      </Answered>
    </Screen>
  );
}

interface ReleaseProps extends Pick<Props, 'part'> {
  release: ReleaseView;
  again: () => Promise<void>;
}

function Release({ release, part, again }: ReleaseProps) {
  const { zone, status } = useSession().session;
  const { tone, chip, sentence, next } = standingOf(release, zone, status.trustInstalled);
  useEffect(() => {
    if (part === 'parity') document.getElementById('parity')?.scrollIntoView();
  }, [part]);
  const signing = <Signing release={release} next={next} />;
  const artifacts = <Artifacts release={release} again={again} />;
  // What must be done next is seen first.
  const [first, second] = next === 'bytes' ? [artifacts, signing] : [signing, artifacts];
  return (
    <>
      <div className="-mt-3 grid gap-3">
        <p className="flex flex-wrap items-center gap-2">
          <Chip tone={tone}>{chip}</Chip>
          {release.manifest.recovery && <Chip tone="calm">{t`recovery release`}</Chip>}
        </p>
        <p aria-live="polite" className="max-w-[62ch] text-lg leading-relaxed text-pretty sm:text-xl">
          {sentence}
        </p>
      </div>
      <div className="grid items-start gap-6 lg:grid-cols-2">
        <div className="grid min-w-0 gap-6">
          {first}
          <RollOut release={release} />
        </div>
        <div className="grid min-w-0 gap-6">
          {second}
          <Facts release={release} />
        </div>
      </div>
      <Parity version={release.version} />
      <Heat version={release.version} />
      <Codes manifest={release.manifest} />
      <Attestations release={release} />
    </>
  );
}
