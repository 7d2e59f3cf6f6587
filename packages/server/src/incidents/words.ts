/** An incident in four sentences: what happens, who is harmed, who is well again, what comes next. Pure. */
import type { GlassView, IncidentView } from '@tuesday/protocol';
import { figure, HEALED } from '@tuesday/rollout';
import type { Harm } from './harmed.ts';
import type { RolloutRow } from '../rollouts/apply.ts';
import type { IncidentRow } from './incident.ts';

type Summary = IncidentView['summary'];

interface Known extends Harm {
  readonly scope: {
    readonly row: Pick<IncidentRow, 'incident' | 'title' | 'state' | 'code' | 'closing_note'>;
    readonly rollout: Pick<RolloutRow, 'rollout' | 'name' | 'release' | 'phase' | 'way_back'> | undefined;
  };
  readonly blame: IncidentView['blame'];
  readonly glasses: readonly GlassView[];
}

export function summaryOf(known: Known): Summary {
  return { what: what(known), harmed: harmedWords(known), healed: healedWords(known), next: next(known) };
}

/** `1 device`, `1,564 devices`. */
export function devicesWords(count: number): string {
  return `${figure(count)} ${count === 1 ? 'device' : 'devices'}`;
}

export function healedOf({ recovery }: Pick<Harm, 'recovery'>): number {
  return HEALED.reduce((sum, kind) => sum + recovery[kind], 0);
}

function what({ scope: { row, rollout }, blame: [first] }: Known): string {
  const culprit =
    first === undefined
      ? ''
      : ` ${first.certain ? 'The culprit is' : 'Suspected is'} ${first.attribute} = ${first.value}${first.together ? ` together with ${first.together.attribute} = ${first.together.value}` : ''}.`;
  if (!rollout) return `${ended(row.title)}${culprit}`;
  const { name, release, phase, way_back: wayBack } = rollout;
  const is = {
    halted: `has halted: no device is offered ${release} any more`,
    recalling: `is being recalled: its devices go back to ${wayBack}`,
    recalled: `was recalled to ${wayBack}`,
    completed: `is completed: every device was offered ${release}`,
  } as Partial<Record<typeof phase, string>>;
  return `${name} ${is[phase] ?? `is ${phase}: ${release} is still offered`}.${culprit}`;
}

function harmedWords({ harmed, scope: { row, rollout } }: Known): string {
  const { devices, exposed, silent } = harmed;
  if (!rollout && row.code === null)
    return 'Which devices went wrong is not known: it is about no rollout and no error code.';
  if (devices === 0) return `No device is known to have gone wrong.`;
  const quiet = silent === 0 ? '' : ` ${figure(silent)} of them fell silent.`;
  const of = rollout
    ? `${figure(devices)} of ${devicesWords(exposed)} that ran ${rollout.release}`
    : `${devicesWords(devices)} that showed ${row.code}`;
  return rollout ? `${of} went wrong.${quiet}` : `${of} went wrong.`;
}

function healedWords(known: Known): string {
  const { recovery, harmed } = known;
  if (harmed.devices === 0) return 'Nobody has to be healed.';
  const ways = [
    [recovery.itself, 'by themselves'],
    [recovery.recall, 'by recall'],
    [recovery.rescue, 'by rescue'],
    [recovery.relay, 'by relay'],
    [recovery.release, 'by a later release'],
  ] as const;
  const healed = healedOf(known);
  if (healed === 0) return 'None of them is well again yet.';
  const parts = ways.flatMap(([count, how]) => (count === 0 ? [] : [`${figure(count)} ${how}`]));
  const all = healed === harmed.devices ? 'All of them are' : `${figure(healed)} of them ${is(healed)}`;
  return `${all} well again: ${parts.join(', ')}.`;
}

function next({ scope: { row, rollout }, recovery, glasses }: Known): string {
  if (row.state === 'closed') return `Nothing: it is closed. ${ended(row.closing_note ?? '')}`.trim();
  const quiet = recovery.waiting + recovery.technician === 0;
  if (!rollout && row.code === null)
    return 'Find out which devices it concerns: opened for a rollout or an error code, it counts them.';
  if (rollout && GOES_ON.has(rollout.phase))
    return `Stop it: tuesday rollout halt ${rollout.rollout}. Unsure? Halt: it costs a day, not a fleet.`;
  if (rollout?.phase === 'halted' && recovery.waiting > 0)
    return `Send back ${devicesWords(recovery.waiting)} that ${is(recovery.waiting)} in contact and not well: tuesday rollout recall ${rollout.rollout}. One person can do that.`;
  if (!rollout && recovery.waiting > 0)
    return `Find out what ${devicesWords(recovery.waiting)} that ${is(recovery.waiting)} in contact and not well ${recovery.waiting === 1 ? 'has' : 'have'} in common; if it is a release, halt its rollout.`;
  if (recovery.waiting > 0)
    return `Wait for ${devicesWords(recovery.waiting)} that ${is(recovery.waiting)} in contact and not well yet.`;
  if (recovery.technician > 0)
    return `Send technicians to ${devicesWords(recovery.technician)} that nothing else reaches: tuesday incident technicians ${row.incident}.`;
  if (glasses.some(({ review }) => review.closedAt === null))
    return 'Another person reviews the broken glass: tuesday break-glass list.';
  if (quiet && rollout?.phase === 'halted')
    return 'Nobody waits to be healed. Recall the devices that still run the release, or exclude the culprit and go on; then close this with a note.';
  return 'Nobody waits to be healed: close this with a note that says how it ended.';
}

/** Phases in which devices may still be offered the release. */
const GOES_ON: ReadonlySet<RolloutRow['phase']> = new Set(['scheduled', 'soaking', 'watching']);

const is = (count: number) => (count === 1 ? 'is' : 'are');

export function ended(sentence: string): string {
  return sentence === '' || /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
