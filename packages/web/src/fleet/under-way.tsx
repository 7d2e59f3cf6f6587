import type { Phase } from '@tuesday/protocol';
import { call } from '../api.ts';
import { rolloutPath } from '../route.ts';
import { TONES } from '../rollouts/words.ts';
import { Link } from '../ui/link.tsx';
import { Chip } from '../ui/tone-icon.tsx';
import { useAsked } from '../ui/use-asked.ts';

const OVER: readonly Phase[] = ['draft', 'completed', 'recalled', 'cancelled'];

/** What moves the fleet just now, in the judge's own sentence. */
export function UnderWay() {
  const { data } = useAsked('rollouts', () => call('listRollouts'), 15_000, ['rollout']);
  const one = data?.rollouts.find(({ phase }) => !OVER.includes(phase));
  if (!one) return null;
  return (
    <p className="mt-4 flex flex-wrap items-center gap-x-3 gap-y-1.5 rounded-xl bg-sunken px-4 py-3 text-sm">
      <Chip tone={TONES[one.phase]}>{one.phase}</Chip>
      <Link to={rolloutPath(one.rollout)} className="py-1 font-semibold underline underline-offset-4">
        {one.name}
      </Link>
      <span className="min-w-0 basis-full text-pretty wrap-anywhere text-ink-2 xl:basis-0 xl:grow">
        {one.because}
      </span>
    </p>
  );
}
