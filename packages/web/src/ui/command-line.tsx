import { t } from '@lingui/core/macro';
import { Check, Copy } from 'lucide-react';
import { useState } from 'react';

interface Props {
  command: string;
  /** Shown and said instead of the text itself. */
  label?: string;
}

/** A line for the terminal, with a button that copies it where the browser allows that. */
export function CommandLine({ command, label }: Props) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(command);
    setCopied(true);
  };
  return (
    <span className="flex items-center gap-2 rounded-lg border border-line bg-sunken py-1 pr-1 pl-3">
      {label === undefined ? (
        <code className="min-w-0 flex-1 py-1.5 font-mono text-sm wrap-anywhere">{command}</code>
      ) : (
        <span className="flex-1 text-sm">{label}</span>
      )}
      {'clipboard' in navigator && (
        <button
          type="button"
          className="grid size-9 shrink-0 place-items-center rounded-md text-ink-2 hover:bg-line hover:text-ink"
          aria-label={copied ? t`Copied` : (label ?? t`Copy: ${command}`)}
          onClick={() => void copy().catch(() => setCopied(false))}
        >
          {copied ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />}
        </button>
      )}
    </span>
  );
}
