import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { useState } from 'react';
import { call } from '../api.ts';
import { go, rolloutPath } from '../route.ts';
import { refusalFor } from '../session/allowed.ts';
import { useSession } from '../session/context.ts';
import { Answered } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { CommandLine } from '../ui/command-line.tsx';
import { Problem } from '../ui/problem.tsx';
import { Screen } from '../ui/screen.tsx';
import { useAsked } from '../ui/use-asked.ts';
import { useSend } from '../ui/use-send.ts';
import { draftLike, freshDraft, type PlanDraft, planOf } from './draft.ts';
import { PlanForm } from './plan-form.tsx';
import { Preview } from './preview.tsx';
import { problemsOf, usePreview } from './use-preview.ts';

/** What there is to plan with: the releases, and the plan before. */
async function ask() {
  const [{ releases }, { rollouts }] = await Promise.all([call('listReleases'), call('listRollouts')]);
  const [last] = rollouts;
  const before = last && (await call('viewRollout', { params: { rollout: last.rollout } }));
  return { releases, before };
}

/** A new rollout: the plan on one side, what it would get and catch on the other while it is written. */
export default function PlanPage() {
  const asked = useAsked('plan', ask, 'once');
  return (
    <Screen
      title={t`New rollout`}
      lead={t`Nothing moves when it is written: people consent to it, and somebody starts it.`}
    >
      <Answered asked={asked} what={t`the releases`} command="tuesday rollout create --plan plan.yaml">
        {({ releases, before }) => {
          const named = new URLSearchParams(location.search).get('release');
          const newest = releases.find(({ state }) => state === 'published')?.version ?? '';
          const release = named ?? newest;
          return (
            <Editor
              releases={releases}
              before={before?.name}
              first={before ? draftLike(before.plan, release) : freshDraft(release)}
            />
          );
        }}
      </Answered>
    </Screen>
  );
}

interface EditorProps {
  releases: Awaited<ReturnType<typeof ask>>['releases'];
  first: PlanDraft;
  /** The rollout whose stages were taken over. */
  before: string | undefined;
}

function Editor({ releases, first, before }: EditorProps) {
  const { account } = useSession().session;
  const [draft, setDraft] = useState(first);
  const [pressed, setPressed] = useState(false);
  const { plan, problems } = planOf(draft);
  const preview = usePreview(plan, Object.keys(problems).length === 0);
  const { busy, failure, send } = useSend('tuesday rollout create --plan plan.yaml');
  const shown = {
    ...preview.problems,
    ...(failure ? problemsOf(failure) : {}),
    ...(pressed ? problems : numbersOf(problems)),
  };
  const create = () => {
    setPressed(true);
    if (busy || Object.keys(problems).length > 0) return;
    void send(async () => {
      const { rollout } = await call('createRollout', { body: plan });
      const { rehearsal } = preview.rehearsing;
      // The plan is written, with or without: who rehearses it again attaches that.
      if (rehearsal && !preview.stale)
        await call('attachRehearsal', { params: { rollout }, body: rehearsal }).catch(() => undefined);
      go(rolloutPath(rollout));
    });
  };
  return (
    <div className="grid gap-6 lg:grid-cols-[minmax(0,5fr)_minmax(0,6fr)]">
      <form
        noValidate
        aria-label={t`The plan`}
        className="grid content-start gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          create();
        }}
      >
        {before !== undefined && (
          <p className="text-sm text-ink-2">
            <Trans>The stages are those of “{before}”; change what is different now.</Trans>
          </p>
        )}
        <PlanForm draft={draft} releases={releases} problems={shown} onChange={setDraft} />
        <Problem failure={failure} />
        <Problem failure={preview.failure} />
        <Button
          kind="primary"
          type="submit"
          refusal={refusalFor(account, 'operate') ?? (busy ? t`Sending …` : undefined)}
        >
          <Trans>Write it down</Trans>
        </Button>
        <CommandLine
          label={t`Copy it as plan.yaml for tuesday rollout create`}
          command={JSON.stringify(plan, null, 2)}
        />
      </form>
      <Preview {...preview} />
    </div>
  );
}

/** While somebody writes, what is missing is not wrong yet. */
function numbersOf(problems: Readonly<Record<string, string>>) {
  return Object.fromEntries(
    Object.entries(problems).filter(([field]) => field !== 'name' && field !== 'release'),
  );
}
