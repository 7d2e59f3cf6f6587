import type { DeviceView } from '@tuesday/protocol';

/** What a device said of itself, as names and values; what it did not say is left out. */
export function factsOf({ hardware, held, report }: DeviceView): Array<[name: string, value: string]> {
  const facts: Array<[string, string]> = [['hardware', hardware]];
  if (held) facts.push(['held', 'yes: nothing is offered to it']);
  if (report === null) return facts;
  const { health, errors, trouble = [], environment } = report;
  facts.push(['health', health.ok ? 'every check holds' : `${health.failing ?? 'a check'} fails`]);
  if (health.excused !== undefined) facts.push(['never worked here', health.excused.join(', ')]);
  if (errors.length > 0) facts.push(['error codes', errors.join(', ')]);
  for (const { code, because } of trouble) facts.push([code, because]);
  facts.push(['reached by', report.transport], ['agent', report.agent], ...Object.entries(environment));
  return facts;
}
