/** One event of a device's story. What the device or a person said is shown as it was said. */
import { t } from '@lingui/core/macro';
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
      return { tone: 'calm', title: t`Enrolled`, detail: t`as ${entry.hardware}` };
    case 'offered':
      return offered(entry);
    case 'report':
      return reported(entry);
    case 'outcome':
      return outcome(entry);
    case 'act':
      return { tone: 'waiting', title: t`${actWords(entry.verb)} by ${entry.by}`, detail: entry.because };
    default:
      return entry satisfies never;
  }
}

function offered({ version, recall, retry, offer }: Of<'offered'>): EntryWords {
  const title = recall
    ? t`Told to go back to ${version}`
    : t`Offered ${version}${retry ? t` once more` : ''}`;
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
  const trial = state === 'trying' ? t`on trial, boot ${bootAttempts} of 3` : state;
  const wrong = [
    ...(healthy ? [] : [t`${failing ?? t`a check`} fails`]),
    ...errors,
    ...trouble.map(({ code, because }) => `${code}: ${because}`),
  ];
  const spare = slots[active === 'a' ? 'b' : 'a'];
  const other = spare.version === undefined ? spare.state : `${spare.version} ${spare.state}`;
  return {
    tone: wrong.length > 0 ? 'bad' : 'calm',
    title: version === null ? t`Reported, and runs nothing that counts` : t`Reported ${version}, ${trial}`,
    detail: [...wrong, t`slot ${active} runs, the other one: ${other}`].join('; '),
  };
}

const OUTCOMES: Readonly<Record<Of<'outcome'>['outcome'], [Tone, string]>> = {
  installed: ['active', t`Installed`],
  confirmed: ['good', t`Confirmed`],
  refused: ['waiting', t`Refused the offer`],
  failed: ['bad', t`Gave up before it ran`],
  'rolled-back': ['bad', t`Went back by itself`],
  unhealthy: ['bad', t`Became unhealthy`],
};

function outcome({ outcome: kind, running, code, errorCode, because }: Of<'outcome'>): EntryWords {
  const [tone, words] = OUTCOMES[kind];
  const codes = [code, errorCode].filter((one) => one !== null);
  return {
    tone,
    title: codes.length === 0 ? words : `${words} (${codes.join(', ')})`,
    detail: t`${because}${/[.!?]$/.test(because) ? '' : '.'} It runs ${running}.`,
  };
}

const ACTS: Readonly<Record<string, string>> = {
  'device.hold': t`Held`,
  'device.unhold': t`Hold raised`,
  'device.retry': t`Second try allowed`,
};

function actWords(verb: string): string {
  return ACTS[verb] ?? verb;
}
