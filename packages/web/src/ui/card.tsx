import { type ReactNode, useId } from 'react';

interface Props {
  title: string;
  lead?: ReactNode;
  /** At the right of the title. */
  aside?: ReactNode;
  className?: string;
  children?: ReactNode;
}

export function Card({ title, lead, aside, className = '', children }: Props) {
  const id = useId();
  return (
    <section aria-labelledby={id} className={`card min-w-0 p-5 sm:p-6 ${className}`}>
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <h2 id={id} className="text-lg font-semibold tracking-tight">
          {title}
        </h2>
        {aside}
      </div>
      {lead !== undefined && <p className="mt-1 max-w-[70ch] text-sm text-pretty text-ink-2">{lead}</p>}
      {children}
    </section>
  );
}
