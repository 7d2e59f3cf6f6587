import { plural, t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { ReleaseView } from '@tuesday/protocol';
import { type SubmitEvent, useEffect, useMemo, useRef, useState } from 'react';
import { call } from '../api.ts';
import { go, releasePath } from '../route.ts';
import { refusalFor } from '../session/allowed.ts';
import { useSession } from '../session/context.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { CommandLine } from '../ui/command-line.tsx';
import { Area } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { useSend } from '../ui/use-send.ts';
import { createCommand } from './command.ts';
import { chosenIn, manifestOf, wrongWith } from './draft.ts';
import { PublishCodes } from './publish-codes.tsx';
import { PublishFiles } from './publish-files.tsx';
import { PublishRules } from './publish-rules.tsx';
import { refusedAt, useDraft } from './use-draft.ts';
import { uploads } from './uploads.ts';

interface Props {
  releases: readonly ReleaseView[];
  /** Models that the fleet reports or that a release was made for. */
  hardware: readonly string[];
}

export function PublishForm({ releases, hardware }: Props) {
  const { account } = useSession().session;
  const { busy, failure, send, forget } = useSend();
  const holder = useDraft(forget);
  const { draft, change } = holder;
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [attempt, setAttempt] = useState(0);
  const form = useRef<HTMLFormElement>(null);

  const chosen = useMemo(() => chosenIn(draft, releases), [draft, releases]);
  const wrong = useMemo(() => wrongWith(draft, chosen, releases), [draft, chosen, releases]);
  const refused = refusedAt(failure);
  const problem = (field: string) =>
    refused[field] ?? (attempt > 0 || left.has(field) ? wrong[field] : undefined);
  const leave = (field: string) => setLeft((before) => new Set(before).add(field));
  const command = createCommand(draft, chosen);

  useEffect(() => {
    if (attempt > 0) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [attempt]);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (busy || reading(draft.files)) return;
    if (Object.keys(wrong).length > 0) return setAttempt(attempt + 1);
    const version = draft.version.trim();
    const body = manifestOf(draft, chosen);
    const declared = await send(async () => {
      const { missingArtifacts } = await call('createRelease', { body });
      // Bytes that an earlier release has brought are here already.
      for (const { hardware: model, file } of draft.files)
        if (missingArtifacts.includes(model.trim())) void uploads.start(version, model.trim(), file);
    });
    if (!declared) return setAttempt(attempt + 1);
    go(releasePath(version));
  };

  const shared = { draft, change, problem, leave };
  const atField = Object.values(refused).length > 0;
  const open = attempt > 0 ? Object.keys(wrong).length : 0;
  return (
    <form
      ref={form}
      noValidate
      aria-label={t`Release`}
      className="grid gap-6"
      onSubmit={(event) => void submit(event)}
    >
      <PublishFiles {...shared} holder={holder} hardware={hardware} />
      <PublishRules {...shared} releases={releases} chosen={chosen} />
      <PublishCodes {...shared} />
      <Card title={t`Notes`} lead={t`What changed, for whoever signs it and whoever reads the list.`}>
        <Area
          label={t`Notes (may be left out)`}
          className="mt-4"
          maxLength={10_000}
          value={draft.notes}
          problem={problem('notes')}
          onChange={(event) => change({ notes: event.target.value })}
        />
      </Card>
      <div className="grid gap-3">
        {!atField && <Problem failure={failure} />}
        {open > 0 && (
          <output className="text-sm text-bad">
            {plural(open, {
              one: 'One thing is missing or wrong; it is said at its field.',
              other: `${open} things are missing or wrong; each is said at its field.`,
            })}
          </output>
        )}
        <Button
          kind="primary"
          type="submit"
          refusal={
            refusalFor(account, 'operate') ??
            (busy
              ? t`Declaring it …`
              : reading(draft.files)
                ? t`The digests are still being read.`
                : undefined)
          }
        >
          <Trans>Declare it and upload</Trans>
        </Button>
        <p className="text-sm text-ink-2">
          <Trans>Nobody can run it yet. The same from a terminal:</Trans>
        </p>
        <CommandLine command={command} />
      </div>
    </form>
  );
}

function reading(files: ReturnType<typeof useDraft>['draft']['files']): boolean {
  return files.some(({ sha256, broken }) => sha256 === undefined && broken === undefined);
}
