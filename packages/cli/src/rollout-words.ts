/** A rollout as lines of text: bars of evidence, the judge's sentence, the next look. */
import { type Evidence, type RolloutView, type StageView, toMillis } from '@tuesday/protocol';
import { colour, span, time } from './output.ts';

const WIDTH = 30;

export function describeRollout(view: RolloutView): string {
  return rolloutLines(view).join('\n');
}

export function rolloutLines(view: RolloutView, stream: NodeJS.WriteStream = process.stdout): string[] {
  const { bold, dim, red } = colour(stream);
  const paused = view.paused.length > 0 ? `, paused by ${view.paused.join(' and ')}` : '';
  const lines = [
    `${bold(view.name)}  ${view.release}, way back ${view.wayBack}  ${dim(view.rollout)}`,
    `${bold(view.phase)}${paused}  ${dim(time(view.now))}`,
    '',
    ...view.stages.map((stage) => stageLine(stage, view, stream)),
    '',
    `${view.exposed} of ${view.devices} took it, ${view.harmed} went wrong; control ${view.control.devices}, ${view.control.silent} silent`,
  ];
  lines.push(...trialLines(view));
  for (const { attribute, value, bad, offered, certain, together } of view.blame.slice(0, 3)) {
    const how = certain ? 'culprit' : 'suspected';
    lines.push(red(`${how}: ${attribute} ${value}, ${bad} of ${offered} went wrong`));
    if (together)
      lines.push(
        red(
          `  only together with ${together.attribute} ${together.value}: ${together.bad} of ${together.offered}`,
        ),
      );
  }
  if (view.untested > 0)
    lines.push(`held for want of tests: ${view.untested} (tuesday parity ${view.release})`);
  for (const { attribute, value } of view.excluded) lines.push(`excluded: ${attribute} ${value}`);
  if (view.approval) lines.push(`approval ${view.approval.approval}: ${view.approval.because}`);
  lines.push(view.because);
  if (view.acknowledged) lines.push(`${view.acknowledged.by} is at it since ${time(view.acknowledged.at)}`);
  lines.push(dim(nextLook(view)));
  return lines;
}

/** The strongest evidence against its bounds, and what the open stage can see. */
function trialLines({ trial, stages, stage }: RolloutView): string[] {
  const lines: string[] = [];
  const [strongest] = trial.lines;
  if (trial.evidence !== null && strongest) {
    const slice =
      strongest.attribute === '' ? 'the whole fleet' : `${strongest.attribute} ${strongest.value}`;
    lines.push(
      `evidence 10^${trial.evidence.toFixed(1)} (pauses at 10^${trial.pauseAt}, halts at 10^${trial.haltAt}): ${strongest.channel} in ${slice}, ${strongest.offered.events} of ${strongest.offered.followed} against ${strongest.control.events} of ${strongest.control.followed}`,
    );
  }
  if (trial.wrong !== null) lines.push(`the counters do not add up: ${trial.wrong}`);
  const power = stage === null ? undefined : stages[stage]?.power;
  if (power) lines.push(power.because);
  return lines;
}

export function nextLook({ lookAgainAt, now }: RolloutView): string {
  if (lookAgainAt === null) return 'only a person can move it now';
  return `looks again in ${span(lookAgainAt - now)} (${time(lookAgainAt)})`;
}

function stageLine(stage: StageView, view: RolloutView, stream: NodeJS.WriteStream): string {
  const share = `${Math.round(stage.plan.share * 1_000) / 10} %`.padStart(6);
  const counts = describeEvidence(stage.evidence);
  return `${stage.stage + 1} ${share} ${bar(stage, stream)} ${soakWords(stage, view.now).padEnd(16)} ${counts}`;
}

/** Segments by share of the cohort; what is there at all gets one cell. */
export function bar({ evidence, size }: StageView, stream: NodeJS.WriteStream): string {
  const { green, cyan, red, yellow, dim } = colour(stream);
  const parts: Array<[number, (text: string) => string]> = [
    [evidence.proven, (text) => green(text.replaceAll('x', '█'))],
    [evidence.installed, (text) => cyan(text.replaceAll('x', '▓'))],
    [evidence.failed + evidence.rolledBack, (text) => red(text.replaceAll('x', '✗'))],
    [evidence.silent, (text) => yellow(text.replaceAll('x', '?'))],
    [evidence.pending, (text) => dim(text.replaceAll('x', '░'))],
  ];
  let left = WIDTH;
  let drawn = '';
  for (const [count, paint] of parts) {
    const cells =
      count === 0 ? 0 : Math.max(1, Math.round((count / Math.max(size, evidence.offered, 1)) * WIDTH));
    const fitting = Math.min(cells, left);
    left -= fitting;
    drawn += paint('x'.repeat(fitting));
  }
  return drawn + dim('·'.repeat(left));
}

function soakWords({ openedAt, passedAt, soakEndsAt, plan }: StageView, now: number): string {
  if (passedAt !== null) return 'passed';
  if (openedAt === null) return `soak ${plan.soak}`;
  if (soakEndsAt === null) return 'open';
  const gone = 1 - (soakEndsAt - now) / toMillis(plan.soak);
  return `soak ${Math.round(Math.min(1, Math.max(0, gone)) * 100)} % of ${plan.soak}`;
}

/** Only what is not zero. */
export function describeEvidence(evidence: Evidence): string {
  const words: Array<[string, number]> = [
    ['proven', evidence.proven],
    ['installed', evidence.installed],
    ['failed', evidence.failed],
    ['rolled back', evidence.rolledBack],
    ['silent', evidence.silent],
    ['pending', evidence.pending],
  ];
  return words
    .filter(([, count]) => count > 0)
    .map(([word, count]) => `${count} ${word}`)
    .join(', ');
}

/** Everything that makes a line of its own where nobody redraws. */
export function changeLine(view: RolloutView): string {
  const open = view.stage === null ? undefined : view.stages[view.stage];
  const stage = open
    ? `stage ${open.stage + 1} of ${view.stages.length}: ${describeEvidence(open.evidence)}. `
    : '';
  return `${view.phase}  ${stage}${view.because}`;
}
