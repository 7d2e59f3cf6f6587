import { Command } from 'commander';

/** Stands for `tuesday demo` in the list of commands; the real one is loaded when it is asked for. */
export function demoPlaceholder(): Command {
  return new Command('demo').description('Play the Friday story with real agents on a control plane here');
}
