import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { worstFirst } from '@tuesday/simulator/what-if';
import { RotateCw, Shuffle, Square } from 'lucide-react';
import { numberWords } from '../rollouts/words.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { CommandLine } from '../ui/command-line.tsx';
import { type Asked, commandOf } from './address.ts';
import { Attach } from './attach.tsx';
import { Comparison } from './comparison.tsx';
import { Player } from './player.tsx';
import { type Playing, RUNS } from './use-what-ifs.ts';
import type { Ground, Live } from './use-world.ts';
import { nextWords, verdictWords } from './words.ts';

interface Props {
  asked: Asked;
  live: Live;
  ground: Ground;
  playing: Playing;
  onSeed: (seed: number) => void;
}

/** What it comes to, then how it happens, then side by side. */
export function Board({ asked, live, ground, playing, onSeed }: Props) {
  const results = worstFirst(playing.played.map(({ result }) => result));
  const [worst] = results;
  const best = results.at(-1);
  const next = nextWords(results);
  return (
    <>
      <Card title={t`What it comes to`} aside={<Progress asked={asked} playing={playing} />}>
        <p aria-live="polite" className="mt-2 max-w-[65ch] text-xl leading-snug text-pretty">
          {worst ? verdictWords(worst, best) : emptyWords(playing)}
        </p>
        {next !== undefined && <p className="mt-2 max-w-[65ch] text-pretty text-ink-2">{next}</p>}
        <Newer live={live} ground={ground} />
        <div className="mt-4 flex flex-wrap items-start gap-3">
          {playing.busy ? (
            <Button kind="quiet" small onClick={playing.stop}>
              <Square size={16} aria-hidden /> <Trans>Stop</Trans>
            </Button>
          ) : (
            <Button kind="quiet" small onClick={() => onSeed(asked.seed + 1)}>
              <Shuffle size={16} aria-hidden /> <Trans>Play other runs</Trans>
            </Button>
          )}
          {playing.stopped && (
            <Button kind="quiet" small onClick={playing.goOn}>
              <RotateCw size={16} aria-hidden /> <Trans>Go on</Trans>
            </Button>
          )}
          <Attach ground={ground} whatIfs={asked.whatIfs} ready={isDone(playing, asked)} />
        </div>
      </Card>
      {results.length > 0 && (
        <>
          <Player results={results} zone={ground.zone} />
          <Comparison results={results} />
        </>
      )}
      <CommandLine
        command={commandOf(asked, ground.rollout?.rollout ?? '')}
        label={t`Copy it for the terminal`}
      />
    </>
  );
}

function emptyWords({ trouble, stopped }: Playing): string {
  return (
    trouble ?? (stopped ? t`It was stopped before the first runs were played.` : t`Playing the first runs …`)
  );
}

const isDone = ({ played }: Playing, { whatIfs }: Asked) =>
  played.length === whatIfs.length && played.every(({ runs }) => runs === RUNS[1]);

function Progress({ asked, playing }: Pick<Props, 'asked' | 'playing'>) {
  const { played, stopped, trouble } = playing;
  if (trouble !== undefined)
    return (
      <span className="text-sm text-bad">
        <Trans>could not be played</Trans>
      </span>
    );
  const done = played.filter(({ runs }) => runs === RUNS[1]).length;
  const words = isDone(playing, asked)
    ? t`${RUNS[1]} runs of each, seed ${asked.seed}`
    : stopped
      ? t`stopped: ${done} of ${asked.whatIfs.length} are believable`
      : t`first impression, ${done} of ${asked.whatIfs.length} played ${RUNS[1]} times`;
  return <span className="num text-sm text-ink-2">{words}</span>;
}

/** The fleet goes on while somebody looks at a result. */
function Newer({ live: { newer, playAgain }, ground }: Pick<Props, 'live' | 'ground'>) {
  if (!newer) return null;
  const before = ground.world.composition.devices;
  const counts =
    newer.devices === before
      ? t`their environments are others now`
      : t`it has ${numberWords(newer.devices)} devices now, not ${numberWords(before)}`;
  return (
    <output className="mt-3 flex flex-wrap items-center gap-3 rounded-lg bg-warn-soft px-3 py-2.5 text-sm">
      <span className="min-w-0 flex-1 text-pretty">
        <Trans>This is of an older fleet: {counts}.</Trans>
      </span>
      <Button kind="quiet" small onClick={playAgain}>
        <RotateCw size={16} aria-hidden /> <Trans>Play again</Trans>
      </Button>
    </output>
  );
}
