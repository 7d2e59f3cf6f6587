/** What happened to one device, as lines. */
import type { TimelineEntry, TimelineView } from '@tuesday/protocol';
import type { Command } from 'commander';
import { does, leaf } from '../command.ts';
import { wholeNumber } from '../flag-values.ts';
import { table, time } from '../output.ts';

export function timelineCommand(): Command {
  return does<{ limit?: number }>(
    leaf('timeline <device>', 'What happened to one device: offers, reports, outcomes, and what people did', [
      'device timeline th-0042',
      'device timeline th-0042 --limit 20 --json',
    ]).option('--limit <number>', 'how many at most, the newest', wholeNumber),
    async ({ client, flags, show }, device = '') => {
      const query = flags.limit === undefined ? {} : { limit: flags.limit };
      show(await client().call('viewTimeline', { params: { device }, query }), describe);
    },
  );
}

function describe({ entries, boots }: TimelineView): string {
  const lines = entries.map((entry) => [time(entry.at), entry.kind, words(entry)]);
  const booted = boots.map(({ at, slot, version, on, attempts }) => [
    time(at),
    slot,
    version ?? '–',
    on === 'trial' ? `on trial, attempt ${attempts}` : on,
  ]);
  return [
    table([['when', 'what', ''], ...lines]),
    '',
    booted.length === 0 ? 'No boot is known.' : table([['boots', 'slot', 'version', ''], ...booted]),
  ].join('\n');
}

function words(entry: TimelineEntry): string {
  switch (entry.kind) {
    case 'enrolled':
      return `as ${entry.hardware}`;
    case 'offered': {
      const again = entry.retry ? ', a second try' : '';
      return `${entry.recall ? 'back to ' : ''}${entry.version} (${entry.offer}${again})`;
    }
    case 'report': {
      const { version, active, slots, healthy, failing, errors } = entry;
      const health = healthy ? 'healthy' : `${failing ?? 'a check'} fails`;
      const spare = slots[active === 'a' ? 'b' : 'a'];
      const other = `${spare.version ?? ''} ${spare.state}`.trim();
      const standing = errors.length === 0 ? '' : `, ${errors.join(' ')}`;
      return `runs ${version ?? 'nothing that counts'} from ${active} (${slots[active].state}), ${health}${standing}; other slot: ${other}`;
    }
    case 'outcome': {
      const code = entry.code === null ? '' : ` as ${entry.code}`;
      return `${entry.outcome}${code} (${entry.offer}): ${entry.because}`;
    }
    case 'act':
      return `${entry.verb} by ${entry.by}${entry.because === '' ? '' : `: ${entry.because}`}`;
    default:
      return entry satisfies never;
  }
}
