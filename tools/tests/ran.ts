/** A test that nobody runs looks exactly like a test: every test file must have run, and none under another name. */

export interface RunnerReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults: ReadonlyArray<{
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: ReadonlyArray<{
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages?: readonly string[] | null;
    }>;
  }>;
}

/** What failed and why, for the end of a log of which only the end may be kept. Paths lose `root`. */
export function whatFailed(report: RunnerReport, root: string): string[] {
  const lines: string[] = [];
  for (const file of report.testResults) {
    const name = file.name.replace(`${root}/`, '');
    const broken = file.assertionResults.filter((result) => result.status === 'failed');
    if (file.status === 'failed' && broken.length === 0)
      lines.push(`${name}: ${file.message ?? 'did not load'}`);
    for (const result of broken)
      lines.push(`${name} › ${result.fullName}\n${(result.failureMessages ?? []).join('\n')}`);
  }
  return lines;
}

/** Test files that no runner ran, and files that hold tests under a name that no runner looks for. */
export function notRun(
  files: ReadonlyArray<{ path: string; text: string }>,
  ran: ReadonlySet<string>,
): string[] {
  const problems: string[] = [];
  for (const { path, text } of files) {
    // Slow variants run by a command of their own.
    if (path.endsWith('.slow.ts')) continue;
    const named = /\.test\.tsx?$/.test(path);
    if (named && !ran.has(path)) problems.push(`${path} was not run`);
    const holdsTests = /from 'vitest'/.test(text) && /^\s*(?:test|it)(?:\.each\(|\()/m.test(text);
    // The tests of a contract run where it is held against somebody.
    const isContract = /\bcontract\.ts$/.test(path);
    if (!named && holdsTests && !isContract) problems.push(`${path} holds tests but is not named *.test.ts`);
  }
  return problems;
}
