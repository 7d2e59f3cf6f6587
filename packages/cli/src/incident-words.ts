/** An incident on a terminal: the server's sentences first, then the figures under them. */
import type { Cost, IncidentListView, IncidentView } from '@tuesday/protocol';
import { table, time } from './output.ts';

export function listLines({ incidents }: IncidentListView): string {
  if (incidents.length === 0)
    return 'No incident. A halt opens one by itself; by hand: tuesday incident open --title "…" --because "…"';
  return table([
    ['incident', 'state', 'opened', 'rollout', 'title'],
    ...incidents.map((one) => [one.incident, one.state, time(one.openedAt), one.rollout ?? '–', one.title]),
  ]);
}

export function describeIncident(view: IncidentView): string {
  const { summary, incident, state, title, timeline, timelineCut } = view;
  return [
    `${incident}  ${state}  ${title}`,
    '',
    summary.what,
    summary.harmed,
    summary.healed,
    `next: ${summary.next}`,
    '',
    table(deviceRows(view)),
    '',
    hypothesisLines(view),
    '',
    ticketLine(view),
    '',
    costLines(view.cost),
    '',
    ...glassLines(view),
    ...(timelineCut ? ['(what happened before is left out)'] : []),
    table([
      ['when', 'what', 'who', 'because'],
      ...timeline.map((one) => [time(one.at), one.what, one.who ?? '–', one.because]),
    ]),
    '',
    `texts to send: tuesday incident text ${incident} customers|support|management|status`,
    `report: tuesday incident report ${incident} --out report.pdf`,
  ].join('\n');
}

function deviceRows({ harmed, recovery, visits }: IncidentView): string[][] {
  const rows: Array<[string, number | string]> = [
    ['went wrong', harmed.devices],
    ['  failed', harmed.failed],
    ['  rolled back', harmed.rolledBack],
    ['  silent', harmed.silent],
    ...(harmed.excluded === 0 ? [] : ([['  in excluded slices', harmed.excluded]] as const).map(pair)),
    ['healed by themselves', recovery.itself],
    ['healed by recall', recovery.recall],
    ['healed by rescue', recovery.rescue],
    ['healed by relay, from a neighbour', recovery.relay],
    ['healed by a later release', recovery.release],
    ['wait, in contact', recovery.waiting],
    ['need a technician', recovery.technician],
    ['visits recorded', visits],
  ];
  return [['devices', 'count'], ...rows.map(([name, count]) => [name, String(count)])];
}

const pair = ([name, count]: readonly [string, number]): [string, number] => [name, count];

export function hypothesisLines({ blame, hypotheses }: IncidentView): string {
  const named = blame.map(
    (one) =>
      `${one.certain ? 'culprit' : 'suspected'}: ${one.attribute} = ${one.value}, ${one.bad} of ${one.offered} went wrong`,
  );
  const rows = hypotheses.map((one) => [one.hypothesis, one.verdict, one.text, one.because ?? '–']);
  return [
    named.length === 0 ? 'culprit: none is named' : named.join('\n'),
    ...(rows.length === 0 ? [] : [table([['hypothesis', 'verdict', 'what', 'because'], ...rows])]),
  ].join('\n');
}

function ticketLine({ tickets: { count, codes } }: IncidentView): string {
  const by = codes.map(({ code, tickets }) => `${code}: ${tickets}`).join(', ');
  return `tickets: ${count}${by === '' ? '' : ` (${by})`}`;
}

function costLines({ prices, soFar, ifNothing, wholeFleet }: IncidentView['cost']): string {
  const sums: Array<[string, Cost]> = [
    ['so far', soFar],
    ['if nothing more is done', ifNothing],
    ...(wholeFleet ? [['had nothing stopped it', wholeFleet] as [string, Cost]] : []),
  ];
  return [
    table([
      ['cost', 'sum', ...soFar.lines.map(({ item }) => item)],
      ...sums.map(([name, sum]) => [
        name,
        `${sum.total} ${sum.currency}`,
        ...sum.lines.map(({ amount }) => (amount === null ? 'not known' : String(amount))),
      ]),
    ]),
    ...soFar.lines.map(({ item, from }) => `  ${item}, so far: ${from}`),
    ...[ifNothing, wholeFleet].flatMap((sum) => (sum === null ? [] : [sum.supposing])),
    prices,
  ].join('\n');
}

function glassLines({ glasses }: IncidentView): string[] {
  return glasses.map((one) =>
    one.review.closedAt === null
      ? `broken glass ${one.glass} by ${one.by}: review open until ${time(one.review.dueAt)} (tuesday break-glass review ${one.glass} --finding "…")`
      : `broken glass ${one.glass} by ${one.by}: reviewed by ${one.review.closedBy}: ${one.review.finding}`,
  );
}
