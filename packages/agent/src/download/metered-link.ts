/** Whether the link of the device costs by the byte, from whoever knows: a file, a command, NetworkManager. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Clock } from '@tuesday/protocol';
import * as z from 'zod';

export const meteredLinkSchema = z.discriminatedUnion('from', [
  /** Its text is read. */
  z.strictObject({ from: z.literal('file'), path: z.string().min(1) }),
  /** Its output is read. */
  z.strictObject({
    from: z.literal('command'),
    command: z.string().min(1),
    args: z.array(z.string()).default([]),
  }),
  /** `nmcli`, of one device of the network or of all. */
  z.strictObject({ from: z.literal('network-manager'), device: z.string().min(1).optional() }),
]);
export type MeteredLinkConfig = z.infer<typeof meteredLinkSchema>;

/** True, false, or undefined when nobody can tell. */
export type IsMetered = () => Promise<boolean | undefined>;

/** @returns what the command printed; rejects when it fails */
export type RunCommand = (command: string, args: readonly string[]) => Promise<string>;

/** Real milliseconds that a command may take. */
const COMMAND_LIMIT = 10_000;
/** An answer is good for so long, milliseconds. */
const GOOD_FOR = 60_000;

const execute = promisify(execFile);
const runCommand: RunCommand = async (command, args) =>
  (await execute(command, [...args], { timeout: COMMAND_LIMIT, maxBuffer: 65_536 })).stdout;

export function meteredLink(
  config: MeteredLinkConfig,
  clock: Clock,
  run: RunCommand = runCommand,
): IsMetered {
  let known: { readonly at: number; readonly metered: boolean | undefined } | undefined;
  return async () => {
    const now = clock.now();
    if (known === undefined || Math.abs(now - known.at) >= GOOD_FOR) {
      const text = await ask(config, run).catch(() => '');
      known = { at: now, metered: parseMetered(text) };
    }
    return known.metered;
  };
}

function ask(config: MeteredLinkConfig, run: RunCommand): Promise<string> {
  if (config.from === 'file') return readFile(config.path, 'utf8');
  if (config.from === 'command') return run(config.command, config.args);
  const device = config.device === undefined ? [] : [config.device];
  return run('nmcli', ['-t', '-f', 'GENERAL.METERED', 'device', 'show', ...device]);
}

/** One answer a line, `yes`, `no`, `true`, `1` …, after a name and a colon or not; one yes is a yes. */
export function parseMetered(text: string): boolean | undefined {
  const words = text
    .split('\n')
    .map((line) => /^(?:[A-Z.]+:)?\s*([a-z0-9]+)/i.exec(line)?.[1]?.toLowerCase() ?? '');
  if (words.some((word) => ['yes', 'true', '1', 'metered'].includes(word))) return true;
  return words.some((word) => ['no', 'false', '0', 'unmetered'].includes(word)) ? false : undefined;
}
