/** Which devices, which release, which roads: what a campaign would have, and writing it. */
import { type CampaignRoad, campaignRoadSchema } from '@tuesday/protocol';
import { type Command, InvalidArgumentError } from 'commander';
import { does, leaf } from '../command.ts';
import { severalFlag, wholeNumber } from '../flag-values.ts';
import { describeCampaign, previewLines } from '../recovery-words.ts';

interface ChoiceFlags {
  incident?: string;
  filter?: string;
  device?: string[];
  release: string;
  roads?: CampaignRoad[];
  visitsPerDay?: number;
  waitHours?: number;
}

export function previewCommand(): Command {
  return does<ChoiceFlags>(
    choosing(
      leaf('preview', 'Which roads are open for the devices that a campaign would have; changes nothing', [
        'recovery preview --incident i-4f2a --release 3.2.6',
        'recovery preview --filter "lastSeen=lt=-2d" --release 3.2.6',
      ]),
    ),
    async ({ client, flags, show }) => {
      show(await client().call('previewRecovery', { body: choiceOf(flags) }), previewLines);
    },
  );
}

interface PlanFlags extends ChoiceFlags {
  title: string;
  because: string;
}

export function planCommand(): Command {
  return does<PlanFlags>(
    choosing(
      leaf('plan', 'Write a recovery campaign; nothing happens before it is started', [
        'recovery plan --title "Silent thermostats" --incident i-4f2a --release 3.2.6 --because "two days silent"',
        'recovery plan --title "Two in Ulm" --device th-7 --device th-9 --release 3.2.6 --roads relay,technician --because "x"',
      ])
        .requiredOption('--title <words>', 'what is to be mended, in a few words')
        .requiredOption('--because <sentence>', 'why; kept in the audit log'),
    ),
    async ({ client, flags, show }) => {
      const body = { title: flags.title, because: flags.because, ...choiceOf(flags) };
      show(await client().call('planRecovery', { body }), describeCampaign);
    },
  );
}

function choosing(command: Command): Command {
  return command
    .option('--incident <incident>', 'its harmed devices that are not well')
    .option('--filter <filter>', 'devices that fit')
    .option('--device <device>', 'this one; may be given several times', severalFlag)
    .requiredOption('--release <version>', 'the recovery release, or the way back, that they are to run')
    .option(
      '--roads <roads>',
      'in their order, separated by commas (else http,relay,rescue,technician)',
      roadsFlag,
    )
    .option(
      '--visits-per-day <number>',
      'how many visits technicians make in 24 hours (else 10)',
      wholeNumber,
    )
    .option('--wait-hours <number>', 'how long neighbours and rescue are counted on (else 24)', wholeNumber);
}

function choiceOf({ incident, filter, device, release, roads, visitsPerDay, waitHours }: ChoiceFlags) {
  return {
    release,
    ...(incident === undefined ? {} : { incident }),
    ...(filter === undefined ? {} : { filter }),
    ...(device === undefined ? {} : { devices: device }),
    ...(roads === undefined ? {} : { roads }),
    ...(visitsPerDay === undefined ? {} : { visitsPerDay }),
    ...(waitHours === undefined ? {} : { waitHours }),
  };
}

function roadsFlag(text: string): CampaignRoad[] {
  return text.split(',').map((word) => {
    const road = campaignRoadSchema.safeParse(word.trim());
    if (!road.success)
      throw new InvalidArgumentError(
        `${word} is no road; there are ${campaignRoadSchema.options.join(', ')}`,
      );
    return road.data;
  });
}
