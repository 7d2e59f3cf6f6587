/** The entry: `node packages/agent/src/run/main.ts --config agent.json`, and the one-file executable. */
import { setFlagsFromString } from 'node:v8';
import { agentCommand } from './agent-command.ts';

// docs/adr/0032-no-maglev.md: a compiler of the runtime that now and then computes something else.
setFlagsFromString('--no-maglev');

// Nothing is awaited here: the one-file agent is CommonJS, which cannot.
agentCommand(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
