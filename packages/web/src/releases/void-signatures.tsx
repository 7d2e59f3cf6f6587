import { plural } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { AuditEntryView, ReleaseView } from '@tuesday/protocol';
import { FileX2 } from 'lucide-react';
import { call } from '../api.ts';
import { useSession } from '../session/context.ts';
import { Moment } from '../ui/moment.tsx';
import { useAsked } from '../ui/use-asked.ts';

/** Signatures that the log knows and the release has no more, the latest of each key. */
export function voidOf(
  entries: readonly AuditEntryView[],
  have: ReleaseView['signatures']['have'],
): readonly AuditEntryView[] {
  const standing = new Set<unknown>(have.map(({ keyid }) => keyid));
  const last = new Map(entries.map((one) => [keyOf(one), one]));
  return [...last].filter(([key]) => key !== undefined && !standing.has(key)).map(([, one]) => one);
}

function keyOf({ after }: AuditEntryView): unknown {
  return (after as { keyid?: unknown } | null)?.keyid;
}

/** Somebody who signed in vain is told why, and that it takes another signature. */
export function VoidSignatures({ release: { version, signatures } }: { release: ReleaseView }) {
  const { zone } = useSession().session;
  const query = { object: `release ${version}`, verb: 'release.sign', limit: 1_000 };
  const asked = useAsked(`signed ${version}`, () => call('listAudit', { query }), 60_000, ['release']);
  const gone = voidOf(asked.data?.entries ?? [], signatures.have);
  if (gone.length === 0) return null;
  return (
    <div className="mt-4 flex gap-3 rounded-lg bg-warn-soft px-3.5 py-3 text-sm">
      <FileX2 size={18} aria-hidden className="mt-0.5 shrink-0 text-warn" />
      <div className="grid gap-1.5">
        <h3 className="font-semibold">
          {plural(gone.length, { one: 'A signature is void', other: `${gone.length} signatures are void` })}
        </h3>
        <ul>
          {gone.map((one) => (
            <li key={one.seq}>
              {one.because}, <Moment at={one.at} zone={zone} />
            </li>
          ))}
        </ul>
        <p className="text-pretty text-ink-2">
          <Trans>
            People sign the list of all that is published, with this release added to it. Another release was
            published since, so the list is another one, and a signature under the old one proves nothing.
            Whoever signed signs again, with the same line and the same key.
          </Trans>
        </p>
      </div>
    </div>
  );
}
