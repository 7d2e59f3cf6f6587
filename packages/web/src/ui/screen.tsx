import { t } from '@lingui/core/macro';
import { type ReactNode, useEffect } from 'react';

interface Props {
  title: string;
  /** Of the browser's tab, where it says more. */
  tab?: string;
  lead?: ReactNode;
  above?: ReactNode;
  /** Reading width instead of the whole. */
  narrow?: boolean;
  children: ReactNode;
}

/** One page: its title in the tab and on top, its width, its space at the bottom. */
export function Screen({ title, tab = title, lead, above, narrow = false, children }: Props) {
  useEffect(() => {
    document.title = t`${tab} · Tuesday`;
  }, [tab]);
  return (
    <main className={`mx-auto px-4 py-6 pb-28 sm:px-6 ${narrow ? 'max-w-3xl' : 'max-w-[90rem]'}`}>
      {above}
      <h1 className="text-3xl font-semibold tracking-tight text-balance">{title}</h1>
      {lead !== undefined && <p className="mt-2 max-w-[70ch] text-pretty text-ink-2">{lead}</p>}
      <div className="mt-6 grid gap-6">{children}</div>
    </main>
  );
}
