import type { Cover } from '@tuesday/protocol';
import { CircleCheck, CircleDashed, Clock, History, type LucideIcon, OctagonX } from 'lucide-react';
import { TEXT } from '../ui/tone-icon.tsx';
import { COVERS } from './cover-words.ts';

const ICONS: Readonly<Record<Cover, LucideIcon>> = {
  passed: CircleCheck,
  failed: OctagonX,
  untested: CircleDashed,
  stale: History,
  short: Clock,
};

/** Cover as a word with its icon. */
export function CoverMark({ cover }: { cover: Cover }) {
  const { word, tone } = COVERS[cover];
  const Icon = ICONS[cover];
  return (
    <span className={`inline-flex items-center gap-1.5 font-semibold whitespace-nowrap ${TEXT[tone]}`}>
      <Icon size={15} aria-hidden className="shrink-0" /> {word}
    </span>
  );
}
