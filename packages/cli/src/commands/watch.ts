/** Who answers when something goes wrong. */
import { readFile } from 'node:fs/promises';
import { rosterSchema, type RosterView, rotationSchema, type WatchView } from '@tuesday/protocol';
import type { Command } from 'commander';
import { does, group, leaf } from '../command.ts';
import { UsageFault } from '../failures.ts';
import { table, time } from '../output.ts';
import { readYamlFile } from '../yaml-file.ts';

export function watchGroup(): Command {
  return group('watch', 'Who answers when something goes wrong, and who watches a rollout', [
    view(),
    set(),
    importing(),
    acknowledge(),
    status(),
  ]);
}

function view(): Command {
  return does(
    leaf('view', 'Who is on watch, now and in the next two weeks', ['watch view', 'watch view --json']),
    async ({ client, show }) => show(await client().call('viewRoster'), describeRoster),
  );
}

function set(): Command {
  return does<{ file: string; because: string }>(
    leaf('set', 'Replace rotations and overrides', ['watch set --file roster.yaml --because "winter team"'])
      .requiredOption('--file <file>', 'YAML: zone, rotations, overrides')
      .requiredOption('--because <sentence>', 'why; kept in the audit log'),
    async ({ client, flags, show }) => {
      const roster = await readYamlFile(flags.file, rosterSchema, [
        { at: [], keys: Object.keys(rosterSchema.shape) },
        { at: ['rotations', '*'], keys: Object.keys(rotationSchema.shape) },
      ]);
      show(await client().call('setRoster', { body: { roster, because: flags.because } }), describeRoster);
    },
  );
}

function importing(): Command {
  return does<{ because: string }>(
    leaf(
      'import <file>',
      'Take the events of an iCalendar file as overrides; the next import replaces them',
      ['watch import schedule.ics --because "the schedule of the pager service"'],
    ).requiredOption('--because <sentence>', 'why; kept in the audit log'),
    async ({ client, flags, show }, file) => {
      const ics = await readFile(file, 'utf8').catch((cause: unknown) => {
        throw new UsageFault(`${file}: cannot be read: ${(cause as Error).message}`);
      });
      const body = { ics, because: flags.because };
      show(await client().call('importRoster', { body }), ({ imported, skipped }) =>
        [`${imported} taken`, ...skipped.map((line) => `skipped: ${line}`)].join('\n'),
      );
    },
  );
}

function acknowledge(): Command {
  return does<{ takeOver?: boolean }>(
    leaf('acknowledge <rollout>', 'Say that you are watching this rollout', [
      'watch acknowledge r1',
      'watch acknowledge r1 --take-over',
    ]).option('--take-over', 'watch its next stage although it is not your shift'),
    async ({ client, flags, show }, rollout) => {
      const body = { takeOver: flags.takeOver === true };
      show(await client().call('acknowledgeWatch', { params: { rollout }, body }), describeWatch);
    },
  );
}

function status(): Command {
  return does(
    leaf('status <rollout>', 'Who must watch a rollout, and who has said so', ['watch status r1']),
    async ({ client, show }, rollout) =>
      show(await client().call('viewWatch', { params: { rollout } }), describeWatch),
  );
}

const names = (people: readonly string[]) => (people.length === 0 ? 'nobody' : people.join(', '));

function describeRoster({ now, shifts, roster }: RosterView): string {
  const until = now.until === null ? '' : ` until ${time(now.until)}`;
  return [
    `on watch now: ${names(now.people)}${until}`,
    '',
    table([
      ['from', 'until', `people (turns change by ${roster.zone})`],
      ...shifts.map(({ from, until, people }) => [time(from), time(until), names(people)]),
    ]),
  ].join('\n');
}

function describeWatch({ because, people, gaps }: WatchView): string {
  return [
    because,
    ...people.map(({ person, acknowledgedAt }) =>
      acknowledgedAt === null ? `${person}: has not said so yet` : `${person}: since ${time(acknowledgedAt)}`,
    ),
    ...gaps.map(({ from, until }) => `nobody: ${time(from)} to ${time(until)}`),
  ].join('\n');
}
