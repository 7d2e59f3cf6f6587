/** The agent as one JavaScript file: what a machine without the repository, and without npm, can run. */
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from '../files.ts';

/** Some of what is bundled is CommonJS and asks for `require`, which an ES module does not have. */
const REQUIRE =
  "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);";

/** Writes an ES module that needs nothing but Node 24. The same sources give the same bytes. */
export async function bundleAgent(outfile: string): Promise<void> {
  await build({
    entryPoints: [join(root, 'packages/agent/src/run/main.ts')],
    outfile,
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    banner: { js: REQUIRE },
    legalComments: 'none',
    minify: true,
    logLevel: 'silent',
  });
}
