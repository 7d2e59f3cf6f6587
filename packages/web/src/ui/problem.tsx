import { TriangleAlert } from 'lucide-react';
import type { Failure } from './failure.ts';

/** A failure that belongs to no single field. */
export function Problem({ failure }: { failure: Failure | undefined }) {
  return (
    <div role="alert" className="empty:hidden">
      {failure && (
        <p className="flex gap-2 rounded-lg bg-bad-soft px-3 py-2.5 text-sm wrap-anywhere text-bad">
          <TriangleAlert size={16} aria-hidden className="mt-0.5 shrink-0" />
          <span className="min-w-0">{failure.words}</span>
        </p>
      )}
    </div>
  );
}
