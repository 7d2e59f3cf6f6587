import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { ReleaseView } from '@tuesday/protocol';
import { Plus } from 'lucide-react';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Choice, Field } from '../ui/field.tsx';
import { freshDraft, type PlanDraft, type Problems, withNextStage } from './draft.ts';
import { RuleFields } from './rule-fields.tsx';
import { StageFields } from './stage-fields.tsx';

interface Props {
  draft: PlanDraft;
  releases: readonly ReleaseView[];
  problems: Problems;
  onChange: (draft: PlanDraft) => void;
}

const MOST_STAGES = 20;

export function PlanForm({ draft, releases, problems, onChange }: Props) {
  const published = releases.filter(({ state }) => state === 'published');
  const options: Array<readonly [string, string]> = [
    ['', published.length === 0 ? t`none is published yet` : t`choose one`],
    ...published.map(({ version }) => [version, version] as const),
  ];
  const put = (index: number) => (stage: PlanDraft['stages'][number]) =>
    onChange({ ...draft, stages: draft.stages.with(index, stage) });
  return (
    <Card title={t`The plan`}>
      <div className="mt-4 grid gap-4">
        <div className="grid gap-4 sm:grid-cols-2">
          <Choice
            label={t`Release`}
            value={draft.release}
            options={options}
            problem={problems['release']}
            onChoose={(release) => onChange({ ...draft, release, name: renamed(draft, release) })}
          />
          <Field
            label={t`Name`}
            maxLength={120}
            value={draft.name}
            problem={problems['name']}
            onChange={(event) => onChange({ ...draft, name: event.target.value })}
          />
        </div>
        {draft.stages.map((stage, index) => (
          <StageFields
            key={stage.key}
            index={index}
            stage={stage}
            problems={problems}
            stays={draft.stages.length === 1 ? t`A plan has a stage.` : undefined}
            onChange={put(index)}
            onRemove={() => onChange({ ...draft, stages: draft.stages.filter((one) => one !== stage) })}
          />
        ))}
        <Button
          kind="quiet"
          small
          refusal={
            draft.stages.length >= MOST_STAGES ? t`A plan has at most ${MOST_STAGES} stages.` : undefined
          }
          onClick={() => onChange(withNextStage(draft))}
        >
          <Plus size={16} aria-hidden /> <Trans>Another stage</Trans>
        </Button>
        <RuleFields draft={draft} problems={problems} onChange={onChange} />
      </div>
    </Card>
  );
}

/** A name that nobody has written follows the release. */
function renamed({ name, release }: PlanDraft, next: string): string {
  return name === '' || name === freshDraft(release).name ? freshDraft(next).name : name;
}
