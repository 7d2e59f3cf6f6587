/** How every command of ours begins: `--server`, `--fleet`, `--json`, examples, and one way to run. */
import type { OperatorClient } from '@tuesday/protocol';
import { Command } from 'commander';
import { report } from './failures.ts';
import { print, printJson } from './output.ts';
import { clientOf, findSession, type Session } from './session.ts';

export interface CommonFlags {
  server?: string;
  /** Name of the fleet to address. */
  fleet?: string;
  json?: boolean;
}

export interface Running<F> {
  flags: F & CommonFlags;
  /** @throws RefusedHere when no server or token is known */
  session: () => Session;
  client: () => OperatorClient;
  /** The value with `--json`, else the lines that `human` makes of it. */
  show: <T>(value: T, human: (value: T) => string) => void;
}

/** A group such as `release`: help is all that it does itself. */
export function group(name: string, summary: string, members: Command[]): Command {
  const command = new Command(name).description(summary);
  for (const member of members) command.addCommand(member);
  return command;
}

export function leaf(usage: string, summary: string, examples: readonly string[]): Command {
  const [name = usage, ...places] = usage.split(' ');
  const command = new Command(name);
  if (places.length > 0) command.arguments(places.join(' '));
  return command
    .description(summary)
    .option('--server <url>', 'address of the control plane (env TUESDAY_SERVER)')
    .option('--json', 'machine-readable output')
    .addHelpText('after', `\nExamples:\n${examples.map((example) => `  $ tuesday ${example}`).join('\n')}`);
}

/** Runs the body; what it throws becomes words on stderr and an exit code. */
export function does<F>(command: Command, body: (run: Running<F>, ...args: string[]) => unknown): Command {
  // A few commands mean something else by it; those address the fleet of TUESDAY_FLEET.
  const hasOwn = command.options.some(({ long }) => long === '--fleet');
  if (!hasOwn)
    command.option('--fleet <name>', 'fleet to address (env TUESDAY_FLEET; else that of the token)');
  return command.action(async (...given: unknown[]) => {
    const flags = command.opts<F & CommonFlags>();
    const place = { server: flags.server, fleet: hasOwn ? undefined : flags.fleet };
    const args = given.slice(0, -2) as string[];
    const run: Running<F> = {
      flags,
      session: () => findSession(place),
      client: () => clientOf(findSession(place)),
      show(value, human) {
        if (flags.json) printJson(value);
        else print(human(value));
      },
    };
    try {
      await body(run, ...args);
    } catch (error) {
      process.exitCode = report(error, flags.json === true);
    }
  });
}
