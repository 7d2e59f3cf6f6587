import type { ReactNode } from 'react';
import { CommandLine } from './command-line.tsx';

/** Nothing is there, and the command that would change that. */
export function Empty({ children, command }: { children: ReactNode; command?: string }) {
  return (
    <div className="mt-3 grid gap-3 text-sm text-ink-2">
      <p className="max-w-[65ch] text-pretty">{children}</p>
      {command !== undefined && <CommandLine command={command} />}
    </div>
  );
}
