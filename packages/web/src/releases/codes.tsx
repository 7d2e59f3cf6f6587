import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { ReleaseManifest } from '@tuesday/protocol';
import { healthWords, SEVERITY_TONES } from '../codes/words.ts';
import { codePath } from '../route.ts';
import { Card } from '../ui/card.tsx';
import { Empty } from '../ui/empty.tsx';
import { Link } from '../ui/link.tsx';
import { Chip } from '../ui/tone-icon.tsx';

/** The codes that it documents, and what its binary can raise. */
export function Codes({ manifest: { errorCodes, raises } }: { manifest: ReleaseManifest }) {
  return (
    <Card
      title={t`Error codes`}
      lead={
        raises.length === 0
          ? t`Nobody has said which codes its binary can raise; with a list or the header the server would hold it to that.`
          : t`Its binary can raise ${raises.join(', ')}. Each of them is documented here, or the release would have been refused.`
      }
      aside={
        <span className="num text-sm text-ink-2">
          <Trans>{errorCodes.length} documented</Trans>
        </span>
      }
    >
      {errorCodes.length === 0 ? (
        <Empty command="tuesday codes check codes.yaml">
          <Trans>
            It documents no code. Devices that show one open a stub in the catalogue, and support has nothing
            to read. The next release can bring a file:
          </Trans>
        </Empty>
      ) : (
        <ul className="rows mt-2 text-sm">
          {errorCodes.map(({ code, title, severity, failsHealth }) => (
            <li key={code} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-3">
              <Link to={codePath(code)} className="link num w-20 shrink-0 font-semibold">
                {code}
              </Link>
              <span className="min-w-0 flex-1 basis-52 wrap-anywhere">
                {title}
                <span className="block text-ink-2">{healthWords(failsHealth)}</span>
              </span>
              <Chip tone={SEVERITY_TONES[severity]}>{severity}</Chip>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
