/** The real command, with the clients of the house. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const quoted = (path: string) => `"${root}${path}"`;

export interface Client {
  readonly command: string;
  /** How much faster than the wall's its clock runs, and how often it checks in, real seconds. */
  readonly flags: readonly string[];
}

export const AGENT: Client = {
  command: `"${process.execPath}" --no-warnings ${quoted('e2e/conformance/testing/agent.mjs')}`,
  flags: ['--artifact', 'bundle', '--rate', '30', '--poll', '2'],
};

export const PYTHON: Client = {
  command: `python3 ${quoted('examples/client-python/client.py')}`,
  flags: ['--rate', '10', '--fast'],
};

export const withFault = (fault: string): Client => ({
  ...PYTHON,
  command: `python3 ${quoted('e2e/conformance/testing/bad_client.py')} ${fault}`,
});

export interface Report {
  readonly code: number | null;
  readonly passed: number;
  readonly failed: number;
  readonly notShown: number;
  readonly cases: ReadonlyArray<{
    readonly name: string;
    readonly verdict: 'pass' | 'fail' | 'not-shown';
    readonly because: string;
  }>;
}

export interface Wanted {
  /** Cases at a time. */
  readonly parallel: number;
  /** All of them without it. */
  readonly only?: readonly string[];
  /** Seconds that a case may take. */
  readonly limit?: number;
  /** Ends the command early. */
  readonly signal?: AbortSignal;
}

export async function conformance(client: Client, wanted: Wanted): Promise<Report> {
  const { parallel, only, limit = 120, signal } = wanted;
  const args = [
    `${root}packages/cli/bin/tuesday.mjs`,
    'conformance',
    '--json',
    '--device',
    client.command,
    ...client.flags,
    '--parallel',
    String(parallel),
    '--limit',
    String(limit),
    ...(only === undefined ? [] : ['--only', only.join(',')]),
  ];
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    ...(signal === undefined ? {} : { signal }),
  });
  let text = '';
  child.stdout.on('data', (chunk) => (text += String(chunk)));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, ...(JSON.parse(text) as Omit<Report, 'code'>) };
}

/** Names of the cases that ended so, sorted. */
export function endedAs(report: Report, verdict: Report['cases'][number]['verdict']): string[] {
  return report.cases
    .filter((one) => one.verdict === verdict)
    .map(({ name }) => name)
    .sort();
}

/** Sentences of the cases that failed, for a test's message. */
export function failures(report: Report): string[] {
  return report.cases
    .filter(({ verdict }) => verdict === 'fail')
    .map(({ name, because }) => `${name}: ${because}`);
}
