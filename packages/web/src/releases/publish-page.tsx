import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { ReleaseView } from '@tuesday/protocol';
import { call } from '../api.ts';
import { Answered } from '../ui/answered.tsx';
import { Link } from '../ui/link.tsx';
import { Screen } from '../ui/screen.tsx';
import { useAsked } from '../ui/use-asked.ts';
import { PublishForm } from './publish-form.tsx';

/** Declares a release from files that are dragged in; two people sign it afterwards, elsewhere. */
export default function PublishPage() {
  const asked = useAsked('publish', ask, 15_000, ['release', 'trust']);
  return (
    <Screen
      narrow
      title={t`Publish a release`}
      lead={t`Declare it and upload its bytes here. Then two people sign it with keys that never leave their machines, and devices may run it.`}
      above={
        <Link to="/releases" className="link mb-3 inline-block py-1 text-sm">
          <Trans>All releases</Trans>
        </Link>
      }
    >
      <Answered asked={asked} what={t`the releases so far`} command="tuesday release create --help">
        {({ releases, hardware }) => <PublishForm releases={releases} hardware={hardware} />}
      </Answered>
    </Screen>
  );
}

async function ask() {
  const [{ releases }, fleet] = await Promise.all([call('listReleases'), call('viewFleet')]);
  const reported = (fleet.environment['hardware'] ?? []).map(({ value }) => value);
  return { releases, hardware: [...new Set([...reported, ...declared(releases)])].sort() };
}

function declared(releases: readonly ReleaseView[]): string[] {
  return releases.flatMap(({ manifest }) => manifest.artifacts.map((artifact) => artifact.hardware));
}
