import { confirm, isCancel } from '@clack/prompts';
import type { ApprovalView } from '@tuesday/protocol';
import type { Command } from 'commander';
import { does, group, leaf } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { readFactor } from '../factor.ts';
import { EndsWith, UsageFault } from '../failures.ts';
import { say, table, time } from '../output.ts';

export function approvalGroup(): Command {
  return group('approval', 'Consent of other people to exactly one thing', [
    list(),
    does(
      leaf('view <approval>', 'What would happen, to whom, and who has consented', ['approval view a-1']),
      async ({ client, show }, approval) =>
        show(await client().call('viewApproval', { params: { approval } }), describeApproval),
    ),
    does<{ because?: string }>(
      leaf('request <rollout>', 'Ask for consent to start this rollout as it stands', [
        'approval request r1 --because "mends the reconnect loop"',
      ]).option('--because <sentence>', 'why; the approvers read it'),
      async ({ client, flags, show }, rollout) => {
        const body = flags.because === undefined ? {} : { because: flags.because };
        show(await client().call('requestApproval', { params: { rollout }, body }), describeApproval);
      },
    ),
    approve(),
    does<{ because: string }>(
      leaf('withdraw <approval>', 'Take back your consent, or your own request', [
        'approval withdraw a-1 --because "the broker is down"',
      ]).requiredOption('--because <sentence>', 'why; kept in the audit log'),
      async ({ client, flags, show }, approval) => {
        const body = { because: flags.because };
        show(await client().call('withdrawConsent', { params: { approval }, body }), describeApproval);
      },
    ),
  ]);
}

function list(): Command {
  return does(
    leaf('list', 'What waits for consent, and what came of it', ['approval list', 'approval list --json']),
    async ({ client, show }) => {
      show(await client().call('listApprovals'), ({ approvals }) =>
        table([
          ['approval', 'about', 'state', 'consents', 'asked by', 'expires', 'in words'],
          ...approvals.map((one) => [
            one.approval,
            `${one.subject} ${one.object}`,
            one.state,
            `${standing(one)} of ${one.needed}`,
            one.author,
            time(one.expiresAt),
            one.words[0] ?? '',
          ]),
        ]),
      );
    },
  );
}

interface ApproveFlags {
  code?: string;
  for?: string;
  yes?: boolean;
}

/** Shows first what the digest covers: it is that digest which is consented to, and no other. */
function approve(): Command {
  return does<ApproveFlags>(
    leaf('approve <approval>', 'Consent to what is shown, with the code of your authenticator', [
      'approval approve a-1',
      'approval approve a-1 --code 123456 --yes',
      'approval approve a-1 --code 123456 --for carol',
    ])
      .option('--code <digits>', 'code of your authenticator')
      .option('--for <person>', 'the approver who has delegated to you')
      .option('--yes', 'do not ask again'),
    async ({ client, flags, show }, approval) => {
      const params = { approval };
      const read = await client().call('viewApproval', { params });
      say(describeApproval(read));
      if (flags.yes !== true) await confirmed();
      const factor = await readFactor(flags);
      const body = {
        digest: read.digest,
        factor,
        ...(flags.for === undefined ? {} : { onBehalfOf: flags.for }),
      };
      const view = await client().call('approve', { params, body });
      show(view, ({ state, needed }) => `${state}: ${standing(view)} of ${needed} consents`);
    },
  );
}

async function confirmed(): Promise<void> {
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new UsageFault('error: nobody can confirm here: give --yes');
  const answer = await confirm({ message: 'Consent to exactly this?', output: process.stderr });
  if (isCancel(answer) || !answer) throw new EndsWith(EXIT.error);
}

function standing({ consents }: ApprovalView): number {
  return consents.filter(({ withdrawnAt }) => withdrawnAt === null).length;
}

export function describeApproval(view: ApprovalView): string {
  const consents = view.consents.map(({ by, onBehalfOf, factor, at, withdrawnAt }) => [
    withdrawnAt === null ? 'consent' : 'withdrawn',
    `${by}${onBehalfOf === null ? '' : ` for ${onBehalfOf}`} at ${time(at)}, by ${factor}`,
  ]);
  return [
    ...view.words,
    '',
    table([
      ['approval', view.approval],
      ['about', `${view.subject} ${view.object}`],
      ['digest', view.digest],
      ['asked by', `${view.author}: ${view.because}`],
      ['state', `${view.state}, ${standing(view)} of ${view.needed} consents`],
      ['expires', time(view.expiresAt)],
      ...consents,
      ...(view.mayNot === null ? [] : [['you cannot', view.mayNot]]),
    ]),
  ].join('\n');
}
