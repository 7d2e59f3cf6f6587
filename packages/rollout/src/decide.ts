/** What happens next, and why: a pure function of the situation. */
import { type Instant, type RolloutEvent, toMillis, type Verdict } from '@tuesday/protocol';
import { openness, soakOf, stageRules, when } from './calendar/index.ts';
import { blameOf, blameWords } from './blame.ts';
import { describe, judgeStage, PAUSE_AT, type StageJudge } from './gate.ts';
import { addEvidence, NO_EVIDENCE } from './evidence.ts';
import type { Decision, RolloutState, Situation } from './situation.ts';
import { waitsForTests } from './parity/index.ts';
import { lineWords, powerOfTen } from './trial/words.ts';
import { NEAR } from './watch/rule.ts';
import { watchRuleOf } from './watch/situation.ts';

/**
 * Bad news in any weather, good news in office hours: failing verdicts are heard before pauses, windows and
 * freezes; opening a stage is asked last and needs all of them.
 */
export function decide(situation: Situation, judge: StageJudge = judgeStage): Decision {
  const { state } = situation;
  switch (state.phase) {
    case 'draft':
      return nothing('Not started yet.', null);
    case 'completed':
      return nothing('Completed: every stage passed and the watch is over.', null);
    case 'recalled':
      return nothing('Recalled: no device that answers runs the release any more.', null);
    case 'cancelled':
      return nothing('Cancelled before any device was offered the release.', null);
    case 'halted':
      return nothing('Halted. A recall or a new rollout follows.', null);
    case 'recalling':
      return recall(situation);
    case 'scheduled':
    case 'soaking':
    case 'watching':
      return (
        halting(situation, judge) ??
        pausing(situation) ??
        resuming(situation) ??
        paused(situation) ??
        advance(situation, judge)
      );
    default:
      return state.phase satisfies never;
  }
}

/** The verdict on one opened stage, as the judge sees it now. */
export function verdictOf(situation: Situation, stage: number, judge: StageJudge = judgeStage): Verdict {
  const evidence = situation.stages[stage]?.evidence ?? NO_EVIDENCE;
  const gate = situation.plan.stages[Math.min(stage, situation.plan.stages.length - 1)]?.gate;
  if (!gate) return { kind: 'unknown', because: 'The plan has no such stage.' };
  const soakEnd = soakEndOf(situation, stage);
  const soakOver = soakEnd !== null && situation.now >= soakEnd;
  if (situation.stages[stage]?.size === 0 && passedBefore(situation, stage))
    return soakOver
      ? { kind: 'pass', because: 'So small a fleet has no device for this stage, and those before are well.' }
      : { kind: 'unknown', because: 'So small a fleet has no device for this stage; its soak is not over.' };
  // Values are counted over all opened stages: what a value did in an earlier stage speaks here, too.
  return judge({
    stage,
    gate,
    evidence,
    control: situation.control,
    values: situation.values,
    trial: situation.trial,
    soakOver,
  });
}

/** An earlier stage offered the release to somebody and passed. */
function passedBefore({ state, stages }: Situation, stage: number): boolean {
  return stages.some(
    ({ evidence }, index) => index < stage && evidence.offered > 0 && state.passedAt[index] !== undefined,
  );
}

/** When the soak of an opened stage is over at the earliest, for the device that meets its offer last; null when it has not opened. */
export function soakEndOf(
  { state, plan, deviceHours }: Pick<Situation, 'state' | 'plan' | 'deviceHours'>,
  stage: number,
): Instant | null {
  const opened = state.openedAt[stage];
  return opened === undefined ? null : opened + soakOf(plan, stage, deviceHours);
}

function nothing(because: string, lookAgainAt: Instant | null): Extract<Decision, { kind: 'nothing' }> {
  return { kind: 'nothing', because, lookAgainAt };
}

function happened(because: string, ...events: RolloutEvent[]): Decision {
  return { kind: 'events', events, because, blame: [] };
}

const openedStages = (state: RolloutState): number[] =>
  Object.keys(state.openedAt)
    .map(Number)
    .sort((a, b) => a - b);

function offeredEvidence(situation: Situation) {
  return openedStages(situation.state).reduce(
    (sum, stage) => addEvidence(sum, situation.stages[stage]?.evidence ?? NO_EVIDENCE),
    NO_EVIDENCE,
  );
}

function nameOf(situation: Situation, stage: number): string {
  return stage < situation.plan.stages.length ? `Stage ${stage + 1}` : 'The hold-out';
}

/** Any stage that has opened can still fail, also one that passed: late evidence counts until the watch ends. */
function halting(situation: Situation, judge: StageJudge): Decision | undefined {
  for (const stage of openedStages(situation.state)) {
    const verdict = verdictOf(situation, stage, judge);
    if (verdict.kind !== 'fail') continue;
    const whole = offeredEvidence(situation);
    const blame = blameOf(situation.trial, situation.values, whole);
    return {
      kind: 'events',
      events: [{ kind: 'halted' }],
      because:
        `${nameOf(situation, stage)} failed its gate: ${verdict.because} ${blameWords(blame, whole)}`.trim(),
      blame,
    };
  }
  return undefined;
}

function recall(situation: Situation): Decision {
  if (situation.toRecall === 0)
    return happened('Every device that took the release is back.', { kind: 'recall-finished' });
  return nothing(
    `Recalling: ${situation.toRecall} devices still have to go back.`,
    situation.now + toMillis(situation.plan.silentAfter),
  );
}

/** Less certain than a halt and easily undone: no new offers until the evidence is gone or a person has looked. */
function pausing(situation: Situation): Decision | undefined {
  const { state } = situation;
  if (state.phase === 'watching' || state.stage === null) return undefined;
  if (state.paused.includes('evidence') || state.waivedStage === state.stage) return undefined;
  const because = suspicionOf(situation);
  if (because === undefined) return undefined;
  const whole = offeredEvidence(situation);
  const blame = blameOf(situation.trial, situation.values, whole);
  return {
    kind: 'events',
    events: [{ kind: 'paused', reason: 'evidence' }],
    because: `Paused, no new offers: ${because} ${blameWords(blame, whole)}`.trim(),
    blame,
  };
}

/** Why new offers must wait, as a sentence. */
function suspicionOf({ trial, signals = [] }: Situation): string | undefined {
  const line = trial.lines.find((one) => one.channel !== 'install' && one.logWeighted >= PAUSE_AT);
  if (line) return `${lineWords(line)}; the evidence is ${powerOfTen(line.logWeighted)}, and 10 pauses.`;
  const few = trial.lines.find(isBadAndSmall(trial.untestable));
  if (few) return `${lineWords(few)}; so few devices cannot be tested, so a person has to look.`;
  return signals.find(({ level }) => level === 'pause')?.because;
}

/** Of a value with too few devices to be tested, two that certainly went wrong and a quarter are enough to look. */
function isBadAndSmall(untestable: Situation['trial']['untestable']) {
  return (line: Situation['trial']['lines'][number]): boolean =>
    (line.channel === 'trouble' || line.channel === 'install') &&
    line.offered.events >= 2 &&
    line.offered.events >= 0.25 * line.offered.followed &&
    untestable.some(
      ({ stage, attribute, value }) =>
        stage === line.stage && attribute === line.attribute && value === line.value,
    );
}

/** Evidence under which a pause ends by itself, well below the one that begins it. */
const CALM_AT = Math.log(3);

function resuming(situation: Situation): Decision | undefined {
  const { state, trial } = situation;
  if (!state.paused.includes('evidence') || trial.wrong !== null) return undefined;
  if (trial.logPausing >= CALM_AT || suspicionOf(situation) !== undefined) return undefined;
  return happened(
    `Resumed: the evidence against the release has fallen to ${powerOfTen(trial.logPausing)}.`,
    { kind: 'resumed', reason: 'evidence' },
  );
}

function paused({ state, trial }: Situation): Decision | undefined {
  if (state.paused.length === 0) return undefined;
  const [line] = trial.lines;
  const why = state.paused.includes('evidence') && line ? ` ${lineWords(line)}.` : '';
  return nothing(`Paused (${state.paused.join(', ')}): no new offers until it is resumed.${why}`, null);
}

function advance(situation: Situation, judge: StageJudge): Decision {
  const { state } = situation;
  if (state.phase === 'scheduled') return openNext(situation, judge);
  const stage = state.stage ?? 0;
  const soakEnd = soakEndOf(situation, stage) ?? situation.now;
  if (state.phase === 'watching') {
    if (situation.now < soakEnd)
      return nothing(
        `Every stage passed. Late evidence counts until ${when(soakEnd, situation.calendar.zone)}.`,
        soakEnd,
      );
    return happened('Every stage passed and the watch is over.', { kind: 'completed' });
  }
  const verdict = verdictOf(situation, stage, judge);
  if (verdict.kind === 'pass')
    return happened(`${nameOf(situation, stage)} passed its gate: ${verdict.because}`, {
      kind: 'stage-passed',
      stage,
    });
  const evidence = situation.stages[stage]?.evidence ?? NO_EVIDENCE;
  if (situation.now < soakEnd)
    return nothing(
      `${nameOf(situation, stage)} soaks until ${when(soakEnd, situation.calendar.zone)}: ${describe(evidence)}.`,
      soakEnd,
    );
  return nothing(
    `${nameOf(situation, stage)} waits: ${verdict.because} It is judged again with every report, and after ${situation.plan.silentAfter} at the latest.`,
    situation.now + toMillis(situation.plan.silentAfter),
  );
}

function openNext(situation: Situation, judge: StageJudge): Decision {
  const { state, plan, calendar, now, glass } = situation;
  const next = state.stage === null ? 0 : state.stage + 1;
  // A pass of yesterday is not enough: the stage before must be well as the next one opens.
  const before = state.stage === null ? null : verdictOf(situation, state.stage, judge);
  if (before !== null && before.kind !== 'pass')
    return nothing(
      `${nameOf(situation, next)} waits, because ${nameOf(situation, next - 1)} had passed but no longer does: ${before.because}`,
      now + toMillis(plan.silentAfter),
    );
  const waived = glass !== undefined && now < glass.until;
  const untested = waived || !situation.parity ? null : waitsForTests(plan, situation.parity, next);
  if (untested !== null)
    return nothing(`${nameOf(situation, next)} waits: ${untested}`, now + toMillis(plan.silentAfter));
  const open = openness(stageRules(calendar, plan, next), calendar.zone, now);
  if (!open.open && !waived)
    return nothing(
      `${nameOf(situation, next)} waits for the change window: ${open.because}`,
      open.nextOpening,
    );
  // Whoever breaks the glass is there.
  const unwatched = waived ? undefined : waitsForWatch(situation, next);
  if (unwatched) return unwatched;
  const size = situation.stages[next]?.size ?? 0;
  const because = open.open || !waived ? open.because : `${open.because} ${glass.because}.`;
  if (next >= plan.stages.length)
    return happened(`The hold-out of ${size} devices opens: every stage passed.`, {
      kind: 'hold-out-opened',
    });
  return happened(`${nameOf(situation, next)} opens to ${size} devices: ${because}`, {
    kind: 'stage-opened',
    stage: next,
  });
}

/** Nothing opens when nobody is there to see it: in the first hours of the soak, and when its gate is judged. */
function waitsForWatch(situation: Situation, next: number): Decision | undefined {
  const { watch, plan, now } = situation;
  if (!watch) return undefined;
  const rule = watchRuleOf(watch, plan, next);
  const why = rule.whyNot(now);
  if (why === null) return undefined;
  const advice = why.endsWith('acknowledged.') ? ` tuesday watch acknowledge ${watch.rollout}` : '';
  return nothing(`${nameOf(situation, next)} waits: ${why}${advice}`, rule.nextFrom(now, NEAR));
}
