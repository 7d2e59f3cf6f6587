import type { MouseEvent, ReactNode } from 'react';
import { go } from '../route.ts';

interface Props {
  to: string;
  className?: string;
  label?: string;
  children: ReactNode;
}

/** A link within the console; modified clicks stay the browser's. */
export function Link({ to, className = '', label, children }: Props) {
  const click = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0) return;
    event.preventDefault();
    go(to);
  };
  return (
    <a href={to} className={className} aria-label={label} onClick={click}>
      {children}
    </a>
  );
}
