/** Recovery campaigns: bringing back devices that no longer answer. */
import { type CampaignStanding, campaignStandingSchema } from '@tuesday/protocol';
import { type Command, Option } from 'commander';
import { does, group, leaf } from '../command.ts';
import { wholeNumber } from '../flag-values.ts';
import { campaignDeviceLines, campaignLines, describeCampaign } from '../recovery-words.ts';
import { clientOf } from '../session.ts';
import { fetchFile, give } from './incident-files.ts';
import { planCommand, previewCommand } from './recovery-plan.ts';

export function recoveryGroup(): Command {
  return group(
    'recovery',
    'Bring back devices that no longer answer: which roads are open, plan, start, watch',
    [
      list(),
      previewCommand(),
      planCommand(),
      view(),
      devices(),
      technicians(),
      act('start', 'startRecovery', 'Ask neighbours to carry the release, and hand the rest to technicians'),
      act('stop', 'stopRecovery', 'Stop it; who was healed stays healed'),
      act('finish', 'finishRecovery', 'Say that it is over: every device is healed or given up'),
      deviceAct('visit', 'visitRecoveryDevice', 'A technician was at this device'),
      deviceAct('give-up', 'giveUpRecoveryDevice', 'Nobody tries to bring this device back any more'),
    ],
  );
}

function list(): Command {
  return does(
    leaf('list', 'Recovery campaigns, those that run first', ['recovery list']),
    async ({ client, show }) => show(await client().call('listRecoveries'), campaignLines),
  );
}

function view(): Command {
  return does(
    leaf('view <recovery>', 'One campaign: what is, why, what comes next, and who came back by which road', [
      'recovery view rc-4f2a',
    ]),
    async ({ client, show }, recovery = '') => {
      show(await client().call('viewRecovery', { params: { recovery } }), describeCampaign);
    },
  );
}

interface DevicesFlags {
  standing?: CampaignStanding;
  after?: string;
  limit?: number;
}

function devices(): Command {
  return does<DevicesFlags>(
    leaf('devices <recovery>', 'Devices of a campaign, and which roads to each are open', [
      'recovery devices rc-4f2a --standing waiting',
    ])
      .addOption(new Option('--standing <standing>', 'only these').choices(campaignStandingSchema.options))
      .option('--after <device>', 'devices after this one')
      .option('--limit <number>', 'how many at most', wholeNumber),
    async ({ client, flags: { standing, after, limit }, show }, recovery = '') => {
      const given = Object.entries({ standing, after, limit }).filter(([, value]) => value !== undefined);
      const query = Object.fromEntries(given);
      show(await client().call('listRecoveryDevices', { params: { recovery }, query }), campaignDeviceLines);
    },
  );
}

function technicians(): Command {
  return does<{ out?: string }>(
    leaf('technicians <recovery>', 'Devices that a technician is to visit, by day, as CSV', [
      'recovery technicians rc-4f2a --out technicians.csv',
    ]).option('--out <file>', 'where to; replaced whole, or not at all (else stdout)'),
    async ({ session, flags }, recovery = '') => {
      const url = clientOf(session()).url('listRecoveryTechnicians', { params: { recovery } });
      await give(await fetchFile(session(), url), flags, { recovery, format: 'csv' });
    },
  );
}

function act(
  verb: 'start' | 'stop' | 'finish',
  name: 'startRecovery' | 'stopRecovery' | 'finishRecovery',
  summary: string,
): Command {
  return does<{ because: string }>(
    leaf(`${verb} <recovery>`, summary, [
      `recovery ${verb} rc-4f2a --because "the morning round"`,
    ]).requiredOption('--because <sentence>', 'why; kept in the audit log'),
    async ({ client, flags: { because }, show }, recovery = '') => {
      show(await client().call(name, { params: { recovery }, body: { because } }), describeCampaign);
    },
  );
}

function deviceAct(
  verb: 'visit' | 'give-up',
  name: 'visitRecoveryDevice' | 'giveUpRecoveryDevice',
  summary: string,
): Command {
  return does<{ because: string }>(
    leaf(`${verb} <recovery> <device>`, summary, [
      `recovery ${verb} rc-4f2a th-0042 --because "the van is back"`,
    ]).requiredOption('--because <sentence>', 'why; kept in the audit log'),
    async ({ client, flags: { because }, show }, recovery = '', device = '') => {
      const call = { params: { recovery, device }, body: { because } };
      show(await client().call(name, call), describeCampaign);
    },
  );
}
