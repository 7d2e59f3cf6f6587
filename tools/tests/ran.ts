/** A test that nobody runs looks exactly like a test: every test file must have run, and none under another name. */

export interface RunnerReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults: ReadonlyArray<{
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly unknown[];
  }>;
}

/** Test files that no runner ran, and files that hold tests under a name that no runner looks for. */
export function notRun(
  files: ReadonlyArray<{ path: string; text: string }>,
  ran: ReadonlySet<string>,
): string[] {
  const problems: string[] = [];
  for (const { path, text } of files) {
    const named = /\.test\.tsx?$/.test(path);
    if (named && !ran.has(path)) problems.push(`${path} was not run`);
    const holdsTests = /from 'vitest'/.test(text) && /^\s*(?:test|it)(?:\.each\(|\()/m.test(text);
    if (!named && holdsTests) problems.push(`${path} holds tests but is not named *.test.ts`);
  }
  return problems;
}
