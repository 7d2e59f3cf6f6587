/** Outcomes: told until they are heard, and never told differently. */
import type { Outcome } from '@tuesday/protocol';
import type { Bench } from '../bench.ts';
import { type Case, Fails } from '../case.ts';
import { refusal } from '../plane.ts';

/** An outcome that costs nothing to bring about. */
function offerUnknown(bench: Bench): string {
  bench.publish([bench.release('3.2.6')]);
  return bench.offer('3.2.5');
}

function checkSame(outcomes: readonly Outcome[]): void {
  const texts = new Set(outcomes.map((outcome) => JSON.stringify(outcome)));
  if (texts.size > 1) throw new Fails(`one outcome was told as ${texts.size} different facts.`);
}

export const reportCases: readonly Case[] = [
  {
    name: 'repeats-outcomes',
    sentence: 'An outcome is repeated until it is accepted, always as the same fact, and then no more.',
    read: 'Outcomes',
    async run(bench) {
      let heard = 0;
      bench.plane.script = ({ verb }) => {
        if (verb !== 'outcomes') return undefined;
        heard += 1;
        if (heard === 1) return refusal(503, 'busy');
        return heard === 2 ? 'cut' : undefined;
      };
      const offer = offerUnknown(bench);
      bench.client.start();
      await bench.until('an outcome that is told three times', () => bench.outcomes(offer).length >= 3);
      checkSame(bench.outcomes(offer));
      const more = () => bench.outcomes(offer).length > 3;
      await bench.never('it told the outcome again after it was accepted', more, bench.polls(4));
      return 'told three times as the same fact, and not again after it was accepted.';
    },
  },
  {
    name: 'reports-late',
    sentence: 'An outcome that was not accepted before a power cut is told after it, as the same fact.',
    read: 'Outcomes',
    async run(bench) {
      bench.plane.script = ({ verb }) =>
        verb === 'outcomes' && bench.client.starts === 1 ? refusal(503, 'busy') : undefined;
      const offer = offerUnknown(bench);
      bench.client.start();
      await bench.until('an outcome', () => bench.outcomes(offer)[0]);
      await bench.client.powerCut();
      const late = () =>
        bench.plane.messages.find(
          ({ verb, start, status }) => verb === 'outcomes' && start > 1 && status === 200,
        );
      await bench.until('the outcome after the power cut', late);
      checkSame(bench.outcomes(offer));
      return 'told again after the power cut, as the same fact.';
    },
  },
  {
    name: 'reports-a-rollback-late',
    sentence: 'A rollback that nobody heard of is told when the server is back.',
    read: 'Outcomes',
    async run(bench) {
      let deaf = true;
      bench.plane.script = ({ verb }) => (verb === 'outcomes' && deaf ? 'cut' : undefined);
      bench.publish([bench.release('3.2.5', 'fails')]);
      const offer = bench.offer('3.2.5');
      bench.client.start();
      const isBack = () => bench.checkIns.some(({ body }) => body.rolledBackFrom.includes('3.2.5'));
      await bench.until('a check-in from the version before', isBack);
      await bench.client.powerCut();
      deaf = false;
      const heard = () =>
        bench.plane.messages.some(
          ({ verb, status, body }) =>
            verb === 'outcomes' && status === 200 && (body as Outcome | undefined)?.kind === 'rolled-back',
        );
      await bench.until('rolled-back', heard);
      checkSame(bench.outcomes(offer).filter(({ kind }) => kind === 'rolled-back'));
      return 'the server heard of it after it was back.';
    },
  },
];
