/** `fleet watch`: what changes in the fleet, as it changes. */
import { fleetChangeSchema, type FleetChange, refuse, wallClock } from '@tuesday/protocol';
import type { Command } from 'commander';
import { does, leaf } from '../command.ts';
import { followEvents } from '../event-stream.ts';
import { RefusedHere } from '../failures.ts';
import { print, printJson, time } from '../output.ts';
import { clientOf } from '../session.ts';

export function watchCommand(): Command {
  return does<{ since?: string }>(
    leaf('watch', 'Follow what changes in the fleet until interrupted: what, and which one', [
      'fleet watch',
      'fleet watch --since 4711 --json | jq -r "select(.topic == \\"incident\\") | .id"',
    ]).option('--since <number>', 'the seq of the last change that was heard, to leave out nothing'),
    async ({ session, flags }) => {
      const at = session();
      const since = flags.since === undefined ? undefined : numberIn(flags.since);
      const hear = (data: unknown, id: string | undefined) => {
        const change = fleetChangeSchema.safeParse(data);
        if (!change.success) return 'more' as const;
        if (flags.json) printJson({ seq: id === undefined ? null : Number(id), ...change.data });
        else if (change.data.topic !== 'begin') print(`${time(change.data.at)}  ${wordsOf(change.data)}`);
        return 'more' as const;
      };
      const no = () => clientOf(at).call('viewFleet');
      await followEvents(at, ['watchFleet', { query: { since } }], hear, no, wallClock());
    },
  );
}

function wordsOf({ topic, id }: FleetChange): string {
  if (topic === 'everything') return 'more was missed than is told: read everything again';
  if (topic === 'devices') return 'devices have reported';
  return id === null ? topic : `${topic} ${id}`;
}

/** @throws RefusedHere `bad-request` */
function numberIn(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new RefusedHere(
    refuse('bad-request', `--since ${text} is not the number of a change.`, {
      field: 'since',
      try: 'take a seq that fleet watch --json printed, or leave it out',
    }),
  );
}
