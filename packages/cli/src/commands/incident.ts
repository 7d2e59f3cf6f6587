/** Incidents: what happens, who is harmed and healed, what it costs, and what was done. */
import { type IncidentState, incidentStateSchema } from '@tuesday/protocol';
import { type Command, Option } from 'commander';
import { does, group, leaf } from '../command.ts';
import { wholeNumber } from '../flag-values.ts';
import { describeIncident, listLines } from '../incident-words.ts';
import { UsageFault } from '../failures.ts';
import { incidentDevicesCommand, reportCommand, techniciansCommand } from './incident-files.ts';
import { hypothesisGroup } from './incident-hypothesis.ts';
import { pricesGroup } from './incident-prices.ts';
import { templateGroup, textCommand } from './incident-texts.ts';

export function incidentGroup(): Command {
  return group('incident', 'What goes wrong, who is harmed and healed, what it costs, and what was done', [
    list(),
    view(),
    open(),
    textCommand(),
    templateGroup(),
    note(),
    hypothesisGroup(),
    incidentDevicesCommand(),
    techniciansCommand(),
    visits(),
    mitigate(),
    close(),
    reopen(),
    reportCommand(),
    pricesGroup(),
  ]);
}

function list(): Command {
  return does<{ state?: IncidentState }>(
    leaf('list', 'Incidents, those that are not closed first', [
      'incident list',
      'incident list --state open',
    ]).addOption(new Option('--state <state>', 'only these').choices(incidentStateSchema.options)),
    async ({ client, flags: { state }, show }) => {
      const query = state === undefined ? {} : { state };
      show(await client().call('listIncidents', { query }), listLines);
    },
  );
}

function view(): Command {
  return does(
    leaf('view <incident>', 'One incident: in short, devices, cause, tickets, cost, timeline', [
      'incident view i-4f2a',
    ]),
    async ({ client, show }, incident = '') => {
      show(await client().call('viewIncident', { params: { incident } }), describeIncident);
    },
  );
}

interface OpenFlags {
  title: string;
  rollout?: string;
  code?: string;
  because: string;
}

function open(): Command {
  return does<OpenFlags>(
    leaf('open', 'Open one by hand; a halt opens one by itself', [
      'incident open --title "Boilers are cold" --code 0x45 --because "the phones ring"',
      'incident open --title "3.2.5 drains batteries" --rollout r1 --because "three customers measured it"',
    ])
      .requiredOption('--title <words>', 'what happens, in a few words')
      .option('--rollout <rollout>', 'the rollout that it is about')
      .option('--code <code>', 'the error code that it is about')
      .requiredOption('--because <sentence>', 'why; kept in the audit log'),
    async ({ client, flags: { title, rollout, code, because }, show }) => {
      const about = {
        ...(rollout === undefined ? {} : { rollout }),
        ...(code === undefined ? {} : { code }),
      };
      const body = { title, because, ...about };
      show(await client().call('openIncident', { body }), describeIncident);
    },
  );
}

function note(): Command {
  return does(
    leaf('note <incident> <text>', 'Write something into the timeline', [
      'incident note i-4f2a "340 tickets overnight"',
    ]),
    async ({ client, show }, incident = '', written = '') => {
      const call = { params: { incident }, body: { text: written } };
      show(await client().call('noteIncident', call), () => 'noted');
    },
  );
}

function visits(): Command {
  return does<{ because: string }>(
    leaf('visits <incident> <number>', 'How many visits technicians have made so far, in all', [
      'incident visits i-4f2a 12 --because "the first van is back"',
    ]).requiredOption('--because <sentence>', 'why; kept in the audit log'),
    async ({ client, flags: { because }, show }, incident = '', number = '') => {
      const body = { visits: counted(number), because };
      const call = { params: { incident }, body };
      show(await client().call('recordVisits', call), (one) => `${one.visits} visits are recorded`);
    },
  );
}

function counted(text: string): number {
  try {
    return wholeNumber(text);
  } catch {
    throw new UsageFault(`${text} is not a number of visits`);
  }
}

function mitigate(): Command {
  return does<{ because: string }>(
    leaf('mitigate <incident>', 'Say that nothing new goes wrong', [
      'incident mitigate i-4f2a --because "the recall is through"',
    ]).requiredOption('--because <sentence>', 'why; kept in the audit log'),
    async ({ client, flags: { because }, show }, incident = '') => {
      const call = { params: { incident }, body: { because } };
      show(await client().call('mitigateIncident', call), describeIncident);
    },
  );
}

function close(): Command {
  return does<{ note: string }>(
    leaf('close <incident>', 'Close it, with a note that says how it ended', [
      'incident close i-4f2a --note "all but two are well; those two get a visit on Monday"',
    ]).requiredOption('--note <sentences>', 'how it ended; stands in the report'),
    async ({ client, flags, show }, incident = '') => {
      const call = { params: { incident }, body: { note: flags.note } };
      show(await client().call('closeIncident', call), describeIncident);
    },
  );
}

function reopen(): Command {
  return does<{ because: string }>(
    leaf('reopen <incident>', 'It was closed too early', [
      'incident reopen i-4f2a --because "two more are cold"',
    ]).requiredOption('--because <sentence>', 'why; kept in the audit log'),
    async ({ client, flags: { because }, show }, incident = '') => {
      const call = { params: { incident }, body: { because } };
      show(await client().call('reopenIncident', call), describeIncident);
    },
  );
}
