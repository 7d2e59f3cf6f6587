import type { GlassAct, GlassView } from '@tuesday/protocol';
import type { Command } from 'commander';
import { does, group, leaf } from '../command.ts';
import { readFactor } from '../factor.ts';
import { table, time } from '../output.ts';

export function breakGlassGroup(): Command {
  return group('break-glass', 'Alone, in an emergency, only to stop and go back: everybody hears of it', [
    act('recall <rollout>', 'recall', 'Send a completed rollout back, at once'),
    act('window <rollout>', 'window', 'Let the next stage of a recovery release open outside the window'),
    act('unhold <device>', 'unhold', 'Let offers reach a held device again, at once'),
    does(
      leaf('list', 'Broken glasses, those with an open review first', ['break-glass list']),
      async ({ client, show }) => {
        show(await client().call('listGlasses'), ({ glasses }) =>
          table([
            ['glass', 'did', 'by', 'when', 'used', 'review', 'because'],
            ...glasses.map((one) => [
              one.glass,
              `${one.act} ${one.object}`,
              one.by,
              time(one.at),
              time(one.usedAt),
              reviewWords(one),
              one.because,
            ]),
          ]),
        );
      },
    ),
    does<{ finding: string }>(
      leaf('review <glass>', 'Close the review of a glass that another person broke', [
        'break-glass review g-1 --finding "it was right: 340 tickets an hour"',
      ]).requiredOption('--finding <sentence>', 'what was found; kept in the audit log'),
      async ({ client, flags, show }, glass) => {
        const body = { finding: flags.finding };
        show(await client().call('closeReview', { params: { glass }, body }), describe);
      },
    ),
  ]);
}

function act(usage: string, name: GlassAct, summary: string): Command {
  const object = name === 'unhold' ? 'th-0042' : 'r1';
  return does<{ because: string; code?: string }>(
    leaf(usage, summary, [`break-glass ${name} ${object} --because "340 tickets an hour" --code 123456`])
      .requiredOption('--because <sentence>', 'why; everybody reads it')
      .option('--code <digits>', 'code of your authenticator'),
    async ({ client, flags, show }, which) => {
      const factor = await readFactor(flags);
      const body = { act: name, object: which, because: flags.because, factor };
      show(await client().call('breakGlass', { body }), describe);
    },
  );
}

function reviewWords({ review }: GlassView): string {
  if (review.closedAt !== null) return `closed by ${review.closedBy}`;
  return `${review.overdue ? 'OVERDUE since' : 'open until'} ${time(review.dueAt)}`;
}

function describe(view: GlassView): string {
  return table([
    ['glass', view.glass],
    ['did', `${view.act} ${view.object}`],
    ['by', `${view.by}, proved by ${view.factor}`],
    ['because', view.because],
    ['used', view.usedAt === null ? `not yet; until ${time(view.expiresAt)}` : time(view.usedAt)],
    ['review', reviewWords(view)],
    ...(view.review.finding === null ? [] : [['finding', view.review.finding]]),
  ]);
}
