/**
 * The agent as one JavaScript file: what a machine without the repository, and without npm, can run. As a program:
 * `node tools/agent/bundle.ts <file.cjs>`.
 */
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from '../files.ts';

/**
 * Writes a CommonJS script that needs nothing but Node 24; the same sources give the same bytes. Not an ES module:
 * there, importing `node:http` touches every name that it exports, and so loads all of Node's own `fetch`.
 *
 * @param outfile ends in `.cjs`
 */
export async function bundleAgent(outfile: string): Promise<void> {
  await build({
    entryPoints: [join(root, 'packages/agent/src/run/main.ts')],
    outfile,
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    legalComments: 'none',
    minify: true,
    logLevel: 'silent',
  });
}

if (import.meta.main) {
  const outfile = process.argv[2];
  if (outfile === undefined) throw new Error('usage: bundle.ts <file.cjs>');
  await bundleAgent(outfile);
}
