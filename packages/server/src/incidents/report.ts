/** The report of an incident, as Markdown or PDF. */
import { isRefused, type OrRefused } from '@tuesday/protocol';
import type { FileAnswer } from '../http/operator/handlers/asked.ts';
import { readPolicy } from '../policy/policy.ts';
import type { Parts } from './act.ts';
import { markdownOf } from './markdown.ts';
import { viewIncident } from './view.ts';

export async function reportIncident(
  context: Parts,
  incident: string,
  format: 'markdown' | 'pdf',
): Promise<OrRefused<FileAnswer>> {
  const view = await viewIncident(context, incident);
  if (isRefused(view)) return view;
  const { zone } = (await readPolicy(context.db)).calendar;
  const text = markdownOf(view, zone);
  if (format === 'markdown')
    return { file: text, type: 'text/markdown; charset=utf-8', name: `report-${incident}.md` };
  // The writer is large, and reports are few.
  const { pdfOf } = await import('./pdf.ts');
  return { file: await pdfOf(text), type: 'application/pdf', name: `report-${incident}.pdf` };
}
