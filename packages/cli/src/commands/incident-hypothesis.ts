/** What may be the cause: people add it, support it or rule it out. */
import type { HypothesisVerdict, IncidentView } from '@tuesday/protocol';
import type { Command } from 'commander';
import { does, group, leaf } from '../command.ts';
import { hypothesisLines } from '../incident-words.ts';

export function hypothesisGroup(): Command {
  return group('hypothesis', 'What may be the cause: add it, support it, rule it out', [
    add(),
    judge('support', 'supported', 'Something speaks for it'),
    judge('rule-out', 'ruled-out', 'Something speaks against it'),
    judge('take-back', 'open', 'Take a verdict back'),
  ]);
}

const lines = (view: IncidentView) => hypothesisLines(view);

function add(): Command {
  return does(
    leaf('add <incident> <text>', 'Say what may be the cause', [
      'incident hypothesis add i-4f2a "the new MQTT client loops on reconnect"',
    ]),
    async ({ client, show }, incident = '', text = '') => {
      show(await client().call('addHypothesis', { params: { incident }, body: { text } }), lines);
    },
  );
}

function judge(name: string, verdict: HypothesisVerdict, summary: string): Command {
  return does<{ because: string }>(
    leaf(`${name} <incident> <hypothesis>`, summary, [
      `incident hypothesis ${name} i-4f2a h-19c3 --because "a packet capture shows it"`,
    ]).requiredOption('--because <sentence>', 'why; kept in the audit log'),
    async ({ client, flags: { because }, show }, incident = '', hypothesis = '') => {
      const call = { params: { incident, hypothesis }, body: { verdict, because } };
      show(await client().call('judgeHypothesis', call), lines);
    },
  );
}
