import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { ParityView, ReleaseView } from '@tuesday/protocol';
import { ChevronRight, PackagePlus } from 'lucide-react';
import { call } from '../api.ts';
import { listed } from '../language/lists.ts';
import { releasePath } from '../route.ts';
import { refusalFor } from '../session/allowed.ts';
import { useSession } from '../session/context.ts';
import { Answered } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { CommandLine } from '../ui/command-line.tsx';
import { go } from '../route.ts';
import { Link } from '../ui/link.tsx';
import { Screen } from '../ui/screen.tsx';
import { Chip } from '../ui/tone-icon.tsx';
import { useAsked } from '../ui/use-asked.ts';
import { verdictWords } from './cover-words.ts';
import { firstLine, shortStanding, standingOf } from './words.ts';

/** So many of the newest say whether they were tested where the fleet lives. */
const JUDGED = 4;

export default function ReleasesPage() {
  const { account } = useSession().session;
  const asked = useAsked('releases', ask, 10_000, ['release', 'rollout']);
  return (
    <Screen
      title={t`Releases`}
      lead={t`Firmware versions, the newest first. Each is signed by two people, together with its way back, before any device may run it.`}
    >
      <Button
        kind="primary"
        className="w-full sm:max-w-64"
        refusal={refusalFor(account, 'operate')}
        onClick={() => go('/releases/new')}
      >
        <PackagePlus size={18} aria-hidden /> <Trans>Publish a release</Trans>
      </Button>
      <Answered asked={asked} what={t`the releases`} command="tuesday release list">
        {({ releases, parities }) =>
          releases.length === 0 ? <Nothing /> : <List releases={releases} parities={parities} />
        }
      </Answered>
    </Screen>
  );
}

async function ask() {
  const { releases } = await call('listReleases');
  // A verdict that is refused or late takes no release off the list.
  const asked = releases.slice(0, JUDGED).map(({ version }) => call('viewParity', { params: { version } }));
  const answers = await Promise.allSettled(asked);
  const parities = new Map(
    answers.flatMap((one) => (one.status === 'fulfilled' ? [[one.value.release, one.value]] : [])),
  );
  return { releases, parities };
}

function Nothing() {
  return (
    <Card title={t`No release yet`}>
      <div className="mt-3 grid gap-3 text-ink-2">
        <p className="max-w-[65ch] text-pretty">
          <Trans>
            A release is a version with the bytes for each hardware model, its error codes and its way back.
            It is declared here or with the command below; then two people sign it with keys that never leave
            their machines.
          </Trans>
        </p>
        <CommandLine command="tuesday release create --version 1.0.0 --artifact th-2=./firmware.bundle" />
        <CommandLine command="tuesday release sign 1.0.0 --key keys/offline/alice.targets.json" />
      </div>
    </Card>
  );
}

interface ListProps {
  releases: readonly ReleaseView[];
  parities: ReadonlyMap<string, ParityView>;
}

function List({ releases, parities }: ListProps) {
  return (
    <section aria-label={t`Releases`} className="card overflow-hidden">
      <ul className="rows">
        {releases.map((release) => (
          <Row key={release.version} release={release} parity={parities.get(release.version)} />
        ))}
      </ul>
    </section>
  );
}

function Row({ release, parity }: { release: ReleaseView; parity: ParityView | undefined }) {
  const { zone } = useSession().session;
  const { tone, chip } = standingOf(release, zone);
  const { version, manifest } = release;
  const notes = firstLine(manifest.notes);
  const tested = parity && parity.verdict !== 'unasked' ? verdictWords(parity) : undefined;
  return (
    <li>
      <Link
        to={releasePath(version)}
        className="grid grid-cols-[1fr_auto] items-center gap-3 px-5 py-4 hover:bg-sunken focus-visible:-outline-offset-2 sm:px-7"
      >
        <span className="grid min-w-0 gap-1.5">
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
            <span className="num text-lg font-semibold tracking-tight">{version}</span>
            <Chip tone={tone}>{chip}</Chip>
            {tested && <Chip tone={tested.tone}>{tested.chip}</Chip>}
            {manifest.recovery && <Chip tone="calm">{t`recovery release`}</Chip>}
          </span>
          <span className="num text-sm text-pretty text-ink-2">
            {[
              shortStanding(release, zone),
              manifest.wayBack === undefined ? t`no way back` : t`way back ${manifest.wayBack}`,
              t`for ${listed(manifest.artifacts.map(({ hardware }) => hardware))}`,
            ].join('; ')}
          </span>
          {notes !== '' && <span className="line-clamp-1 block max-w-[80ch] wrap-anywhere">{notes}</span>}
        </span>
        <ChevronRight size={20} aria-hidden className="text-ink-2" />
      </Link>
    </li>
  );
}
