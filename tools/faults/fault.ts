/** A small change that somebody could make by mistake, planted to see that a test notices. */
export interface Fault {
  readonly name: string;
  /** In `packages/rollout/src`. */
  readonly file: string;
  /** Text that stands in the file exactly once, and what the fault makes of it. */
  readonly find: string;
  readonly put: string;
  /** Test files beside it that have to notice. */
  readonly tests: readonly string[];
}

export const fault = (name: string, file: string, find: string, put: string, ...tests: string[]): Fault => ({
  name,
  file,
  find,
  put,
  tests: tests.map((test) => `${test}.test.ts`),
});
