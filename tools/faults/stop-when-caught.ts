/** One test that fails is enough for a fault: what follows it in the files of its copy is skipped, and nothing is shrunk. */
import { existsSync, writeFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { beforeEach } from 'vitest';

fc.configureGlobal({ ...fc.readConfigureGlobal(), endOnFailure: true });

beforeEach(({ task, onTestFailed, skip }) => {
  const caught = caughtMark(task.file.filepath);
  skip(existsSync(caught), 'it is caught already');
  onTestFailed(() => writeFileSync(caught, ''));
});

/** Beside the source of the copy that this test file belongs to. */
function caughtMark(file: string): string {
  const copy = /^.*\/\.faults\/\d+\//.exec(file)?.[0];
  if (copy === undefined) throw new Error(`${file} is in no copy with a fault`);
  return `${copy}.caught`;
}
