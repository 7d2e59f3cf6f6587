/** The report of an incident as Markdown: headings, paragraphs, lists and tables, and nothing else. Pure. */
import type { Cost, IncidentView } from '@tuesday/protocol';
import { dayAndTime, figure } from '@tuesday/rollout';
import { ended } from './words.ts';

/** @param zone of the fleet's calendar */
export function markdownOf(view: IncidentView, zone: string): string {
  const at = (instant: number | null) => (instant === null ? '–' : stamp(instant, zone));
  const blocks = [
    `# ${line(view.title)}`,
    `Incident ${view.incident}, ${view.state}. As of ${at(view.now)}.`,
    heading('In short'),
    ...inShort(view).map(line),
    heading('Facts'),
    facts(view, at),
    heading('Devices'),
    devices(view),
    heading('Cause'),
    ...cause(view, at),
    heading('Tickets'),
    tickets(view, at),
    heading('Cost'),
    ...cost(view),
    heading('Emergency access'),
    ...glasses(view, at),
    heading('Timeline'),
    ...(view.timelineCut ? ['What happened before the first line is left out.'] : []),
    timeline(view, at),
    heading('How it ended'),
    view.closingNote === null ? 'It is not closed.' : line(view.closingNote),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function inShort({ summary: { what, harmed, healed, next } }: IncidentView): string[] {
  return [what, harmed, healed, `Next: ${next}`];
}

const heading = (text: string) => `## ${text}`;

/** "2026-11-24, Tuesday 09:00 Europe/Berlin": a report is read years later. */
function stamp(instant: number, zone: string): string {
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' }).format(instant);
  return `${day}, ${dayAndTime(instant, zone)}`;
}

/** What people and devices wrote stays one line, and no markup of ours. */
function line(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/([\\`*_|<>[\]])/g, '\\$1')
    .trim();
}

function table(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const row = (cells: readonly string[]) => `| ${cells.map(line).join(' | ')} |`;
  return [row(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(row)].join('\n');
}

type At = (instant: number | null) => string;

function facts(
  { rollout, release, code, openedAt, openedBy, mitigatedAt, closedAt, closedBy, because }: IncidentView,
  at: At,
): string {
  return table(
    ['fact', 'value'],
    [
      ['release', release ?? '–'],
      ['rollout', rollout ? `${rollout.name} (${rollout.rollout}), ${rollout.phase}` : '–'],
      ['way back', rollout?.wayBack ?? '–'],
      ['error code', code ?? '–'],
      ['opened', `${at(openedAt)}, by ${openedBy}`],
      ['because', because],
      ['mitigated', at(mitigatedAt)],
      ['closed', closedAt === null ? '–' : `${at(closedAt)}, by ${closedBy}`],
    ],
  );
}

function devices({ harmed, recovery }: IncidentView): string {
  const rows: Array<[string, number | string]> = [
    ['ran the release', harmed.exposed],
    ['went wrong', harmed.devices],
    ['of these failed', harmed.failed],
    ['of these rolled back', harmed.rolledBack],
    ['of these fell silent', harmed.silent],
    ['of these in excluded slices', harmed.excluded],
    ['healed by themselves', recovery.itself],
    ['healed by recall', recovery.recall],
    ['healed by rescue', recovery.rescue],
    ['healed by relay, from a neighbour', recovery.relay],
    ['healed by a later release', recovery.release],
    ['wait, in contact', recovery.waiting],
    ['need a technician', recovery.technician],
  ];
  return table(
    ['devices', 'count'],
    rows.map(([name, count]) => [name, typeof count === 'number' ? figure(count) : count]),
  );
}

function cause({ blame, hypotheses }: IncidentView, at: At): string[] {
  const found = blame.map(
    (one) =>
      `- ${one.certain ? 'Culprit' : 'Suspected'}: ${line(`${one.attribute} = ${one.value}`)}${one.together ? ` together with ${line(`${one.together.attribute} = ${one.together.value}`)}` : ''}; ${one.bad} of ${one.offered} went wrong.`,
  );
  const rows = hypotheses.map((one) => [
    one.text,
    one.by,
    one.verdict === 'open' ? 'nobody has judged it' : one.verdict,
    one.because === null ? '–' : `${one.because} (${one.judgedBy}, ${at(one.judgedAt)})`,
  ]);
  return [
    found.length === 0 ? 'The comparison with the control names no culprit.' : found.join('\n'),
    rows.length === 0
      ? 'Nobody wrote down a hypothesis.'
      : table(['hypothesis', 'by', 'verdict', 'because'], rows),
  ];
}

function tickets({ tickets: { count, codes, since } }: IncidentView, at: At): string {
  const head = `${figure(count)} tickets belong to it since ${at(since)}: by a code that its devices showed, or by a device.`;
  return codes.length === 0
    ? head
    : `${head}\n\n${table(
        ['code', 'tickets'],
        codes.map((one) => [one.code, figure(one.tickets)]),
      )}`;
}

function cost({ cost: { prices, soFar, ifNothing, wholeFleet }, visits }: IncidentView): string[] {
  const sums = [
    ['So far', soFar],
    ['If nothing more is done', ifNothing],
    ...(wholeFleet ? ([['Had nothing stopped it', wholeFleet]] as const) : []),
  ] as const;
  return [
    `${line(prices)} ${figure(visits)} visits are recorded.`,
    ...sums.flatMap(([name, sum]) => [
      `### ${name}: ${figure(sum.total)} ${sum.currency}`,
      line(sum.supposing),
      costTable(sum),
    ]),
  ];
}

function costTable({ lines, currency }: Cost): string {
  return table(
    ['for', currency, 'from'],
    lines.map(({ item, amount, from }) => [item, amount === null ? 'not known' : figure(amount), from]),
  );
}

function glasses({ glasses: broken }: IncidentView, at: At): string[] {
  if (broken.length === 0) return ['Nobody broke the glass.'];
  return [
    table(
      ['glass', 'act', 'by', 'when', 'because', 'review'],
      broken.map((one) => [
        one.glass,
        `${one.act} ${one.object}`,
        one.by,
        at(one.at),
        one.because,
        one.review.closedAt === null
          ? `open, due ${at(one.review.dueAt)}`
          : `${one.review.closedBy}: ${one.review.finding}`,
      ]),
    ),
  ];
}

function timeline({ timeline: entries }: IncidentView, at: At): string {
  return table(
    ['when', 'what', 'who', 'because'],
    entries.map((one) => [at(one.at), one.what, one.who ?? '–', ended(one.because)]),
  );
}
