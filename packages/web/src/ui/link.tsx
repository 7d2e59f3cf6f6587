import type { MouseEvent, ReactNode } from 'react';
import { addressed, go } from '../route.ts';

interface Props {
  to: string;
  className?: string;
  label?: string;
  /** It leads to the page that is open. */
  current?: boolean;
  children: ReactNode;
}

/** A link within the console; modified clicks stay the browser's. */
export function Link({ to, className = '', label, current = false, children }: Props) {
  const click = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0) return;
    event.preventDefault();
    go(to);
  };
  return (
    <a
      href={addressed(to)}
      className={className}
      aria-label={label}
      aria-current={current ? 'page' : undefined}
      onClick={click}
    >
      {children}
    </a>
  );
}
