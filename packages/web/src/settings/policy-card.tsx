import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { call } from '../api.ts';
import { policyLines, presetWords } from '../calendar/policy-words.ts';
import { Answered } from '../ui/answered.tsx';
import { Card } from '../ui/card.tsx';
import { CommandLine } from '../ui/command-line.tsx';
import { useAsked } from '../ui/use-asked.ts';

/** The rules in words. They are changed as a file, so that a change can be read before it is made. */
export function PolicyCard() {
  const asked = useAsked('policy', () => call('viewPolicy'), 30_000, ['policy']);
  return (
    <Card
      title={t`Policy`}
      {...(asked.data
        ? { aside: <span className="text-sm text-ink-2">{presetWords(asked.data.policy.preset)}</span> }
        : {})}
    >
      <Answered asked={asked} what={t`the policy`} command="tuesday policy view">
        {({ policy }) => (
          <ul className="mt-3 grid list-disc gap-2 pl-5 text-pretty">
            {policyLines(policy).map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        )}
      </Answered>
      <div className="mt-5 grid gap-2 border-t border-line pt-4 text-sm text-ink-2">
        <p>
          <Trans>
            Write the rules to a YAML file, with the fields that the first command prints, and set it.
            Loosening them needs the consent of a second person:
          </Trans>
        </p>
        <CommandLine command="tuesday policy view --json" />
        <CommandLine command={'tuesday policy set --file policy.yaml --because "…"'} />
      </div>
    </Card>
  );
}
