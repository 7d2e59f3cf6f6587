/** What the agent's executable can be asked to do. */
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { launchAgent } from '../self/launch-agent.ts';
import { type Asked, nextAgent } from '../self/next-agent.ts';
import { runAgentProcess } from './agent-process.ts';
import { AGENT_VERSION } from './version.ts';

const USAGE = `usage: tuesday-agent [run] --config agent.json [--rescue]
       tuesday-agent launch --config agent.json    start it, and start it again, from its own slots
       tuesday-agent firmware FILE.mjs             run firmware that is an ES module
       tuesday-agent --version
`;

/** @returns the exit code; 2 for a command line that makes no sense */
export async function agentCommand(args: readonly string[]): Promise<number> {
  const [first = '', ...rest] = args;
  if (first === 'firmware') return runFirmware(rest);
  if (first === '--version') return say(`${AGENT_VERSION}\n`);
  if (first === 'next') return nextAgent(questionIn(rest));
  const named = first === 'run' || first === 'launch';
  const parsed = optionsIn(named ? rest : args);
  if (parsed?.config === undefined) return say(USAGE, 2);
  return first === 'launch' ? launchAgent(parsed.config) : runAgentProcess(parsed.config, parsed.rescue);
}

function optionsIn(args: readonly string[]): { config?: string | undefined; rescue: boolean } | undefined {
  try {
    return parseArgs({
      args: [...args],
      options: { config: { type: 'string' }, rescue: { type: 'boolean', default: false } },
      strict: true,
    }).values;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return undefined;
  }
}

/** @throws TypeError for what the launcher's shell does not ask */
function questionIn(args: readonly string[]): Asked {
  const text = { type: 'string', default: '' } as const;
  const overdue = { type: 'boolean', default: false } as const;
  return parseArgs({ args: [...args], options: { config: text, ended: text, standing: text, overdue } })
    .values;
}

/** The executable carries Node, so that a gateway without it can run firmware that is a module. */
async function runFirmware([file]: readonly string[]): Promise<number> {
  if (file === undefined) return say(USAGE, 2);
  await import(pathToFileURL(file).href);
  return Number(process.exitCode ?? 0);
}

function say(text: string, code = 0): number {
  (code === 0 ? process.stdout : process.stderr).write(text);
  return code;
}
