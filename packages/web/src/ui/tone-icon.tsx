import { CircleCheck, CircleDot, Clock, OctagonX, PauseCircle, type LucideIcon } from 'lucide-react';
import type { Tone } from '../rollouts/words.ts';

const ICONS: Record<Tone, LucideIcon> = {
  calm: CircleDot,
  active: CircleDot,
  good: CircleCheck,
  bad: OctagonX,
  waiting: Clock,
};
export const TEXT: Record<Tone, string> = {
  calm: 'text-ink-2',
  active: 'text-accent',
  good: 'text-good',
  bad: 'text-bad',
  waiting: 'text-warn',
};
export const SOFT: Record<Tone, string> = {
  calm: 'bg-sunken text-ink-2',
  active: 'bg-accent-soft text-accent',
  good: 'bg-good-soft text-good',
  bad: 'bg-bad-soft text-bad',
  waiting: 'bg-warn-soft text-warn',
};

export function ToneIcon({ tone, size = 16 }: { tone: Tone; size?: number }) {
  const Icon = ICONS[tone];
  return <Icon size={size} aria-hidden className={`shrink-0 ${TEXT[tone]}`} />;
}

/** A phase as a word with its icon. */
export function Chip({ tone, children, paused = false }: { tone: Tone; children: string; paused?: boolean }) {
  const Icon = paused ? PauseCircle : ICONS[tone];
  return (
    <span
      className={`inline-flex items-center gap-1.5 rounded-full px-2.5 py-1 text-sm font-semibold ${SOFT[tone]}`}
    >
      <Icon size={14} aria-hidden /> {children}
    </span>
  );
}
