/** One event of a device's story. What the device or a person said is shown as it was said. */
import type { TimelineEntry } from '@tuesday/protocol';
import type { Tone } from '../rollouts/words.ts';

export interface EntryWords {
  readonly tone: Tone;
  readonly title: string;
  readonly detail: string;
}

type Of<K extends TimelineEntry['kind']> = Extract<TimelineEntry, { kind: K }>;

export function entryWords(entry: TimelineEntry): EntryWords {
  switch (entry.kind) {
    case 'enrolled':
      return { tone: 'calm', title: 'Enrolled', detail: `as ${entry.hardware}` };
    case 'offered':
      return offered(entry);
    case 'report':
      return reported(entry);
    case 'outcome':
      return outcome(entry);
    case 'act':
      return { tone: 'waiting', title: `${actWords(entry.verb)} by ${entry.by}`, detail: entry.because };
    default:
      return entry satisfies never;
  }
}

function offered({ version, recall, retry, offer }: Of<'offered'>): EntryWords {
  const title = recall ? `Told to go back to ${version}` : `Offered ${version}${retry ? ' once more' : ''}`;
  return { tone: recall ? 'waiting' : 'active', title, detail: offer };
}

function reported({
  version,
  active,
  slots,
  bootAttempts,
  healthy,
  failing,
  errors,
  trouble,
}: Of<'report'>): EntryWords {
  const { state } = slots[active];
  const trial = state === 'trying' ? `on trial, boot ${bootAttempts} of 3` : state;
  const wrong = [
    ...(healthy ? [] : [`${failing ?? 'a check'} fails`]),
    ...errors,
    ...trouble.map(({ code, because }) => `${code}: ${because}`),
  ];
  const spare = slots[active === 'a' ? 'b' : 'a'];
  const other = spare.version === undefined ? spare.state : `${spare.version} ${spare.state}`;
  return {
    tone: wrong.length > 0 ? 'bad' : 'calm',
    title: version === null ? 'Reported, and runs nothing that counts' : `Reported ${version}, ${trial}`,
    detail: [...wrong, `slot ${active} runs, the other one: ${other}`].join('; '),
  };
}

const OUTCOMES: Readonly<Record<Of<'outcome'>['outcome'], [Tone, string]>> = {
  installed: ['active', 'Installed'],
  confirmed: ['good', 'Confirmed'],
  refused: ['waiting', 'Refused the offer'],
  failed: ['bad', 'Gave up before it ran'],
  'rolled-back': ['bad', 'Went back by itself'],
  unhealthy: ['bad', 'Became unhealthy'],
};

function outcome({ outcome: kind, running, code, errorCode, because }: Of<'outcome'>): EntryWords {
  const [tone, words] = OUTCOMES[kind];
  const codes = [code, errorCode].filter((one) => one !== null);
  return {
    tone,
    title: codes.length === 0 ? words : `${words} (${codes.join(', ')})`,
    detail: `${because}${/[.!?]$/.test(because) ? '' : '.'} It runs ${running}.`,
  };
}

const ACTS: Readonly<Record<string, string>> = {
  'device.hold': 'Held',
  'device.unhold': 'Hold raised',
  'device.retry': 'Second try allowed',
};

function actWords(verb: string): string {
  return ACTS[verb] ?? verb;
}
