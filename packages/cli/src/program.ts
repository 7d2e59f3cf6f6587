/** The tree of commands. */
import { Command } from 'commander';
import { EXIT_MEANINGS } from './exit-codes.ts';

/**
 * First word → its commands, loaded only when it is typed: a halt must not wait for what it does not use. In the order
 * of the help.
 */
const COMMANDS: ReadonlyMap<string, () => Promise<Command[]>> = new Map([
  ...['login', 'logout', 'status'].map(
    (name) =>
      [
        name,
        async () =>
          (await import('./commands/session.ts')).sessionCommands().filter((one) => one.name() === name),
      ] as const,
  ),
  ['join', async () => [(await import('./commands/join.ts')).joinCommand()]],
  ['account', async () => [(await import('./commands/account.ts')).accountGroup()]],
  ['people', async () => [(await import('./commands/people.ts')).peopleGroup()]],
  ['token', async () => [(await import('./commands/token.ts')).tokenGroup()]],
  ['keys', async () => [(await import('./commands/keys.ts')).keysGroup()]],
  ['release', async () => [(await import('./commands/release.ts')).releaseGroup()]],
  ['matrix', async () => [(await import('./commands/matrix.ts')).matrixGroup()]],
  ['parity', async () => [(await import('./commands/parity.ts')).parityCommand()]],
  ['inventory', async () => [(await import('./commands/inventory.ts')).inventoryGroup()]],
  ['tester', async () => [(await import('./commands/tester.ts')).testerGroup()]],
  ['codes', async () => [(await import('./commands/codes.ts')).codesGroup()]],
  ['plan', async () => [(await import('./commands/plan.ts')).planGroup()]],
  ['rehearse', async () => [(await import('./commands/rehearse.ts')).rehearseCommand()]],
  ['rollout', async () => [(await import('./commands/rollout.ts')).rolloutGroup()]],
  ['approval', async () => [(await import('./commands/approval.ts')).approvalGroup()]],
  ['delegate', async () => [(await import('./commands/delegate.ts')).delegateGroup()]],
  ['break-glass', async () => [(await import('./commands/break-glass.ts')).breakGlassGroup()]],
  ['incident', async () => [(await import('./commands/incident.ts')).incidentGroup()]],
  ['recovery', async () => [(await import('./commands/recovery.ts')).recoveryGroup()]],
  ['register', async () => [(await import('./commands/register.ts')).registerGroup()]],
  ['device', async () => [(await import('./commands/device.ts')).deviceGroup()]],
  ['filter', async () => [(await import('./commands/filter.ts')).filterGroup()]],
  ['fleet', async () => [(await import('./commands/fleet.ts')).fleetGroup()]],
  ['organisation', async () => [(await import('./commands/organisation.ts')).organisationGroup()]],
  ['policy', async () => [(await import('./commands/policy.ts')).policyGroup()]],
  ['calendar', async () => [(await import('./commands/calendar.ts')).calendarGroup()]],
  ['ticket', async () => [(await import('./commands/ticket.ts')).ticketGroup()]],
  ['watch', async () => [(await import('./commands/watch.ts')).watchGroup()]],
  ['notify', async () => [(await import('./commands/notify.ts')).notifyGroup()]],
  ['audit', async () => [(await import('./commands/audit.ts')).auditGroup()]],
  ['simulate', async () => [(await import('./commands/simulate.ts')).simulateGroup()]],
  ['conformance', async () => [(await import('./commands/conformance.ts')).conformanceCommand()]],
  ['demo', async () => [(await import('./commands/demo.ts')).demoPlaceholder()]],
]);

const EXIT_TABLE = Object.entries(EXIT_MEANINGS)
  .map(([code, meaning]) => `  ${code}  ${meaning}`)
  .join('\n');

/** @param first the first word typed; all commands when it is none of theirs, so that help and advice know them all */
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
  for (const command of await commandsFor(first)) program.addCommand(command);
  settle(program);
  return program;
}

async function commandsFor(first: string | undefined): Promise<Command[]> {
  // The demo brings the whole fleet along.
  if (first === 'demo') return [(await import('./demo/index.ts')).demoCommand()];
  const one = first === undefined ? undefined : COMMANDS.get(first);
  const loaders = one ? [one] : [...COMMANDS.values()];
  return (await Promise.all(loaders.map((load) => load()))).flat();
}

/** Commander would end the process itself; we give the exit codes. */
function settle(command: Command): void {
  command.exitOverride().showHelpAfterError('(add --help for the flags and examples)');
  for (const member of command.commands) settle(member);
}
