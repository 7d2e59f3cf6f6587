import type { ReleaseView } from '@tuesday/protocol';
import { Download, Rocket } from 'lucide-react';
import { useState } from 'react';
import { refusalFor } from '../session/allowed.ts';
import { useSession } from '../session/context.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { CommandLine } from '../ui/command-line.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { planText } from './plan-text.ts';

/** The way from a release to a rollout; a button that says why it does nothing yet. */
export function RollOut({ release }: { release: ReleaseView }) {
  const { account } = useSession().session;
  const [open, setOpen] = useState(false);
  return (
    <Card
      title="Roll it out"
      lead="A plan says how much of the fleet takes it when, and how long each stage soaks. Nothing moves until somebody starts it."
    >
      <Button
        kind="primary"
        className="mt-4 sm:max-w-64"
        refusal={whyNot(release) ?? refusalFor(account, 'operate')}
        onClick={() => setOpen(true)}
      >
        <Rocket size={18} aria-hidden /> Roll it out
      </Button>
      {open && <Plan version={release.version} onClose={() => setOpen(false)} />}
    </Card>
  );
}

/** @returns why no plan would take it now */
export function whyNot({
  version,
  state,
  manifest,
  missingArtifacts,
  signatures,
}: ReleaseView): string | undefined {
  if (state === 'draft') {
    const lacks =
      missingArtifacts.length > 0
        ? `the bytes for ${missingArtifacts.join(', ')}`
        : `${signatures.need - signatures.have.length} of ${signatures.need} signatures`;
    return `Only a published release can be rolled out; ${version} lacks ${lacks}.`;
  }
  if (manifest.wayBack === undefined)
    return `${version} carries no signed way back, so no plan may take it. Devices get it when they are made.`;
  return undefined;
}

function Plan({ version, onClose }: { version: string; onClose: () => void }) {
  const text = planText(version);
  return (
    <Dialog
      title={`A plan for ${version}`}
      lead="Begin with this file, see what it does to the fleet, and create the rollout. It is a draft until somebody starts it; while the tests have a gap, the start is refused unless the plan says what to do about it."
      onClose={onClose}
    >
      <pre className="rounded-lg border border-line bg-sunken p-3 font-mono text-sm whitespace-pre-wrap">
        {text}
      </pre>
      <a
        href={`data:text/yaml;charset=utf-8,${encodeURIComponent(text)}`}
        download="plan.yaml"
        className="flex min-h-11 items-center justify-center gap-2 rounded-lg border border-line-strong px-3 text-sm font-semibold hover:bg-sunken"
      >
        <Download size={16} aria-hidden /> Download plan.yaml
      </a>
      <CommandLine command="tuesday plan check --plan plan.yaml" />
      <CommandLine command="tuesday rollout create --plan plan.yaml" />
      <Button kind="quiet" onClick={onClose}>
        Close
      </Button>
    </Dialog>
  );
}
