/** The trial in sentences. */
import type { Channel } from './slices.ts';
import type { TrialLine } from './reading.ts';

const WHAT: Readonly<Record<Channel, string>> = {
  install: 'failed to install or never came back',
  trouble: 'reported trouble',
  'silence-1': 'fell silent',
  'silence-2': 'fell silent for long',
  'silence-3': 'fell silent for very long',
  metric: 'went beyond the bound of a metric',
};

/** "7 of the 18 followed devices with broker = mosquitto 2.0.18 fell silent; of its control 12 of 1,640". */
export function lineWords({ channel, attribute, value, offered, control }: TrialLine): string {
  const slice = attribute === '' ? '' : ` with ${attribute} = ${value}`;
  return `${offered.events} of the ${offered.followed} followed devices${slice} ${WHAT[channel]}; of the control ${control.events} of ${control.followed}`;
}

/** Evidence in words: how many times likelier the events are if the release is to blame, weighted. */
export function powerOfTen(logEvidence: number): string {
  const value = Math.exp(Math.min(logEvidence, 700));
  if (value < 1e4) return value < 10 ? value.toFixed(1) : String(Math.round(value));
  return `10^${(logEvidence / Math.LN10).toFixed(0)}`;
}
