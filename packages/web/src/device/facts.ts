import { t } from '@lingui/core/macro';
import type { DeviceView } from '@tuesday/protocol';

/** What a device said of itself, as names and values; what it did not say is left out. */
export function factsOf({ hardware, held, report }: DeviceView): Array<[name: string, value: string]> {
  const facts: Array<[string, string]> = [[t`hardware`, hardware]];
  if (held) facts.push([t`held`, t`yes: nothing is offered to it`]);
  if (report === null) return facts;
  const { health, errors, trouble = [], environment } = report;
  facts.push([t`health`, health.ok ? t`every check holds` : t`${health.failing ?? t`a check`} fails`]);
  if (health.excused !== undefined) facts.push([t`never worked here`, health.excused.join(', ')]);
  if (errors.length > 0) facts.push([t`error codes`, errors.join(', ')]);
  for (const { code, because } of trouble) facts.push([code, because]);
  facts.push([t`reached by`, report.transport], [t`agent`, report.agent], ...Object.entries(environment));
  return facts;
}
