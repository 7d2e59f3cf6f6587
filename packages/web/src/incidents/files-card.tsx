import { t } from '@lingui/core/macro';
import type { IncidentView } from '@tuesday/protocol';
import { FileText } from 'lucide-react';
import { pathOf } from '../api.ts';
import { Card } from '../ui/card.tsx';
import { CommandLine } from '../ui/command-line.tsx';

const FORMATS = [
  ['pdf', 'PDF', 'pdf'],
  ['markdown', 'Markdown', 'md'],
] as const;

/** The whole of it to take along. */
export function FilesCard({ view: { incident } }: { view: IncidentView }) {
  return (
    <Card title={t`Report`} lead={t`Everything on this page, as it is known now.`}>
      <div className="mt-4 grid gap-3">
        <div className="grid grid-cols-2 gap-3">
          {FORMATS.map(([format, label, end]) => (
            <a
              key={format}
              href={pathOf('reportIncident', { incident }, { format })}
              download={`report-${incident}.${end}`}
              className="flex min-h-11 items-center justify-center gap-2 rounded-lg border border-line-strong bg-surface px-3 text-sm font-semibold hover:bg-sunken"
            >
              <FileText size={16} aria-hidden /> {label}
            </a>
          ))}
        </div>
        <CommandLine command={`tuesday incident report ${incident} --out report.pdf`} />
      </div>
    </Card>
  );
}
