/** The tree of commands. */
import { Command } from 'commander';
import { approvalGroup } from './commands/approval.ts';
import { accountGroup } from './commands/account.ts';
import { auditGroup } from './commands/audit.ts';
import { breakGlassGroup } from './commands/break-glass.ts';
import { delegateGroup } from './commands/delegate.ts';
import { calendarGroup } from './commands/calendar.ts';
import { demoPlaceholder } from './commands/demo.ts';
import { deviceGroup } from './commands/device.ts';
import { fleetGroup } from './commands/fleet.ts';
import { joinCommand } from './commands/join.ts';
import { keysGroup } from './commands/keys.ts';
import { organisationGroup } from './commands/organisation.ts';
import { notifyGroup } from './commands/notify.ts';
import { peopleGroup } from './commands/people.ts';
import { planGroup } from './commands/plan.ts';
import { policyGroup } from './commands/policy.ts';
import { rehearseCommand } from './commands/rehearse.ts';
import { releaseGroup } from './commands/release.ts';
import { rolloutGroup } from './commands/rollout.ts';
import { sessionCommands } from './commands/session.ts';
import { simulateGroup } from './commands/simulate.ts';
import { ticketGroup } from './commands/ticket.ts';
import { watchGroup } from './commands/watch.ts';
import { tokenGroup } from './commands/token.ts';
import { EXIT_MEANINGS } from './exit-codes.ts';

const EXIT_TABLE = Object.entries(EXIT_MEANINGS)
  .map(([code, meaning]) => `  ${code}  ${meaning}`)
  .join('\n');

/** @param first the first word typed: the demo brings the whole fleet along, so it is loaded only for itself */
export async function buildProgram(first?: string): Promise<Command> {
  const program = new Command('tuesday')
    .description(
      'Over-the-air updates: a bad release cannot take the fleet down, and cannot take the weekend.',
    )
    .version('0.1.0')
    // `release create --version` is the release's, not ours.
    .enablePositionalOptions()
    .addHelpText(
      'after',
      `
Examples:
  $ tuesday status
  $ tuesday release create --version 3.2.5 --artifact th-2=./fw.bundle --way-back 3.2.4
  $ tuesday rollout watch r1

Exit codes:
${EXIT_TABLE}

Fleet: --fleet or TUESDAY_FLEET, else that of the token.
Server and token: --server and TUESDAY_TOKEN, then tuesday login, then tuesday-data/current.json of npm start.`,
    );
  for (const command of sessionCommands()) program.addCommand(command);
  program
    .addCommand(joinCommand())
    .addCommand(accountGroup())
    .addCommand(peopleGroup())
    .addCommand(tokenGroup())
    .addCommand(keysGroup())
    .addCommand(releaseGroup())
    .addCommand(planGroup())
    .addCommand(rehearseCommand())
    .addCommand(rolloutGroup())
    .addCommand(approvalGroup())
    .addCommand(delegateGroup())
    .addCommand(breakGlassGroup())
    .addCommand(deviceGroup())
    .addCommand(fleetGroup())
    .addCommand(organisationGroup())
    .addCommand(policyGroup())
    .addCommand(calendarGroup())
    .addCommand(ticketGroup())
    .addCommand(watchGroup())
    .addCommand(notifyGroup())
    .addCommand(auditGroup())
    .addCommand(simulateGroup())
    .addCommand(first === 'demo' ? (await import('./demo/index.ts')).demoCommand() : demoPlaceholder());
  settle(program);
  return program;
}

/** Commander would end the process itself; we give the exit codes. */
function settle(command: Command): void {
  command.exitOverride().showHelpAfterError('(add --help for the flags and examples)');
  for (const member of command.commands) settle(member);
}
