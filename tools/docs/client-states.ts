/**
 * The state chart of a client, found by playing: every input is shown to the agent's core in every situation that can
 * be reached, and each step that it persists is a transition.
 */
import {
  advance,
  agentConfig,
  bootLoader,
  type Input,
  initialJournal,
  pretendRelease,
  type State,
  type BootControl,
  type Effect,
} from '@tuesday/agent';
import type { Offer } from '@tuesday/protocol';

/** One input in the words of the chart. */
type Move = readonly [label: string, input: (situation: Situation) => Input | 'power-cut'];

interface Situation {
  readonly state: State;
  readonly control: BootControl;
}

const config = agentConfig({ device: 'device-1', hardware: 'th-2' });
const LIMIT = config.bootAttempts;
const [before, next] = [pretendRelease('3.2.4'), pretendRelease('3.2.5')];

function offer(kind: 'update' | 'recall', version: string): Offer {
  const target = version === '3.2.4' ? before.target : next.target;
  return { kind, offer: `r1.${kind}`, rollout: 'r1', version, target, probationSeconds: 60 };
}

const answered = (of: Offer): Input => ({
  is: 'checked-in',
  answer: { protocol: 1, pollAfterSeconds: 60, offer: of },
  transport: 'http',
});

const { target } = next;
const no = { target, code: 'wrong-digest', because: 'no' } as const;

const MOVES: readonly Move[] = [
  ['offered', () => answered(offer('update', '3.2.5'))],
  ['no longer offered', () => answered({ kind: 'none', because: 'nothing' })],
  ['recalled', () => answered(offer('recall', '3.2.4'))],
  ['the signatures hold', () => ({ is: 'verified', target, signed: next.signed, root: 1 })],
  ['refused', () => ({ is: 'refused', ...no })],
  ['cannot be done now', () => ({ is: 'step-failed', ...no })],
  ['every byte is here', () => ({ is: 'downloaded', target })],
  ['written and read back', () => ({ is: 'staged', target })],
  ['', ({ state }) => ({ is: 'application-started', slot: state.booted })],
  ['', () => ({ is: 'timer', name: 'health' })],
  ['healthy for the whole probation', () => ({ is: 'health', ok: true })],
  ['a check fails', () => ({ is: 'health', ok: false, failing: 'process', errors: ['0x45'] })],
  ['', () => ({ is: 'timer', name: 'probation' })],
  ['power cut', () => 'power-cut'],
];

export interface Transition {
  readonly from: string;
  readonly to: string;
  readonly labels: readonly string[];
}

const IDLE = 'idle';
const stepOf = (state: State | null) => state?.journal.intent?.step ?? IDLE;

/** What matters for what comes next; how often something was tried does not. */
function keyOf({ state, control }: Situation): string {
  const { booted, application, settled, probation, working, journal } = state;
  const { intent, rolledBackFrom, slots } = journal;
  const facts = [stepOf(state), intent?.installed, booted, application, settled, probation, working];
  return JSON.stringify([...facts, control, rolledBackFrom, slots]);
}

class Explorer {
  readonly edges = new Map<string, Set<string>>();
  readonly #seen = new Set<string>();
  readonly #waiting: Situation[] = [];

  explore(): void {
    const control: BootControl = { defaultSlot: 'a', trialSlot: null, attempts: 0 };
    this.#boot(initialJournal(before.signed.custom), control, IDLE, '');
    for (let situation = this.#waiting.pop(); situation; situation = this.#waiting.pop()) {
      for (const [label, make] of MOVES) this.#move(situation, label, make(situation));
    }
  }

  #move({ state, control }: Situation, label: string, input: Input | 'power-cut'): void {
    const from = stepOf(state);
    if (input === 'power-cut') return this.#boot(state.journal, control, from, label);
    const result = advance(state, input, 0, config, () => 0.5);
    this.#follow(result.state, result.effects, control, state.journal, from, label);
  }

  #boot(journal: State['journal'], control: BootControl, from: string, label: string): void {
    const booting = bootLoader(control, LIMIT);
    const woke: Input = { is: 'woke', journal, control: booting.control, booted: booting.booted };
    const result = advance(null, woke, 0, config, () => 0.5);
    this.#follow(result.state, result.effects, booting.control, journal, from, label);
  }

  #follow(
    state: State | null,
    effects: readonly Effect[],
    control: BootControl,
    journal: State['journal'],
    from: string,
    label: string,
  ): void {
    let [step, kept, boot] = [from, journal, control];
    for (const effect of effects) {
      if (effect.do === 'set-boot') boot = effect.control;
      if (effect.do === 'reboot') {
        if (step === from && label !== '') this.#edge(from, step, `${label}, and an attempt is left`);
        return this.#boot(kept, boot, step, 'boots');
      }
      if (effect.do !== 'persist') continue;
      kept = effect.journal;
      const to = kept.intent?.step ?? IDLE;
      if (to !== step) this.#edge(step, to, label);
      step = to;
    }
    if (state === null) return;
    const situation = { state, control: boot };
    const key = keyOf(situation);
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#waiting.push(situation);
  }

  #edge(from: string, to: string, label: string): void {
    const key = `${from} ${to}`;
    const labels = this.edges.get(key) ?? new Set();
    labels.add(label);
    this.edges.set(key, labels);
  }
}

/** Every change of step that the core can be brought to, sorted. */
export function clientTransitions(): Transition[] {
  const explorer = new Explorer();
  explorer.explore();
  return [...explorer.edges]
    .map(([key, labels]) => {
      const [from = '', to = ''] = key.split(' ');
      return { from, to, labels: [...labels].filter((label) => label !== '').sort() };
    })
    .sort((a, b) => (`${a.from} ${a.to}` < `${b.from} ${b.to}` ? -1 : 1));
}

/** Mermaid, readable as it stands. */
export function statesMermaid(): string {
  const name = (step: string) => step.replaceAll('-', '_');
  const rows = clientTransitions().map(
    ({ from, to, labels }) => `    ${name(from)} --> ${name(to)}: ${labels.join(' / ') || 'at once'}`,
  );
  return ['```mermaid', 'stateDiagram-v2', `    [*] --> ${IDLE}`, ...rows, '```'].join('\n');
}
