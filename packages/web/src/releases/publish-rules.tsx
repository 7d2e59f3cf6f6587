import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { ReleaseView } from '@tuesday/protocol';
import { Card } from '../ui/card.tsx';
import { Choice, Field } from '../ui/field.tsx';
import { type Chosen, type Draft, securityOf, waysBack } from './draft.ts';

export interface FieldsProps {
  draft: Draft;
  change: (change: Partial<Draft>) => void;
  /** What is wrong with a field, once it should be said. */
  problem: (field: string) => string | undefined;
  /** Somebody has left the field. */
  leave: (field: string) => void;
}

interface Props extends FieldsProps {
  releases: readonly ReleaseView[];
  chosen: Chosen;
}

/** Which version it is, and where devices may come from and go back to. */
export function PublishRules({ draft, change, problem, leave, releases, chosen }: Props) {
  const { wayBack, securityVersion } = chosen;
  const least = securityOf(wayBack, releases);
  const lower = waysBack(releases, draft.version);
  const back = wayBack === '' || lower.includes(wayBack) ? lower : [wayBack, ...lower];
  const floors = draft.floor === '' || lower.includes(draft.floor) ? lower : [draft.floor, ...lower];
  return (
    <Card title={t`Version and way back`}>
      <div className="mt-4 grid gap-x-4 gap-y-5 sm:grid-cols-2">
        <Field
          label={t`Version`}
          hint="MAJOR.MINOR.PATCH"
          placeholder="3.2.5"
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
          maxLength={64}
          value={draft.version}
          problem={problem('version')}
          onBlur={() => leave('version')}
          onChange={(event) => change({ version: event.target.value })}
        />
        <Choice
          label={t`Way back`}
          hint={t`Signed with the release, so that one person alone can send the fleet back.`}
          value={wayBack}
          options={[
            ['', back.length === 0 ? t`none: it is the first release` : t`none`],
            ...back.map((one) => [one, one] as const),
          ]}
          problem={
            problem('wayBack') ??
            (draft.wayBack === '' && back.length > 0
              ? t`Choose one: only the first release of all goes without a way back.`
              : undefined)
          }
          onChoose={(chosen) => change({ wayBack: chosen })}
        />
        <Choice
          label={t`Floor`}
          hint={t`Lowest version that a device must be on before this one.`}
          value={draft.floor}
          options={[['', t`any version`], ...floors.map((one) => [one, one] as const)]}
          problem={problem('floor')}
          onChoose={(floor) => change({ floor })}
        />
        <Field
          label={t`Security version`}
          hint={
            least !== undefined && Number(securityVersion) < least
              ? t`${wayBack} has ${least}: devices that confirmed it would refuse a lower one.`
              : t`A counter; no device goes below the highest that it has confirmed.`
          }
          inputMode="numeric"
          maxLength={10}
          value={securityVersion}
          problem={problem('securityVersion')}
          onBlur={() => leave('securityVersion')}
          onChange={(event) => change({ securityVersion: event.target.value })}
        />
        <Field
          label={t`Staging soak (may be left out)`}
          hint={t`How long each cell of the matrix must have run it, for instance 3h.`}
          autoCapitalize="none"
          maxLength={8}
          value={draft.stagingSoak}
          problem={problem('stagingSoak')}
          onBlur={() => leave('stagingSoak')}
          onChange={(event) => change({ stagingSoak: event.target.value })}
        />
        <label className="grid min-h-11 grid-cols-[auto_1fr] gap-x-3 self-start rounded-lg border border-line p-3 text-sm sm:mt-[1.625rem]">
          <input
            type="checkbox"
            className="row-span-2 mt-0.5 size-5 accent-(--accent)"
            checked={draft.recovery}
            onChange={(event) => change({ recovery: event.target.checked })}
          />
          <span className="font-medium">
            <Trans>Recovery release</Trans>
          </span>
          <span className="col-start-2 text-ink-2">
            <Trans>It only mends devices; one commander may ship it with a broken glass.</Trans>
          </span>
        </label>
      </div>
    </Card>
  );
}
