/** One folder for a whole test run in which each process builds the console at most once. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    consoles: string;
  }
}

/** @returns what removes it after the run */
export default function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'tuesday-console-'));
  project.provide('consoles', folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
