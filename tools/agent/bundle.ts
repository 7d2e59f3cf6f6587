/**
 * The agent as one JavaScript file: what a machine without the repository, and without npm, can run. As a program:
 * `node tools/agent/bundle.ts <file.cjs>`.
 */
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { root } from '../files.ts';

/**
 * Writes a CommonJS script that needs nothing but Node 24; the same sources give the same bytes. Not an ES module:
 * there, importing `node:http` touches every name that it exports, and so loads all of Node's own `fetch`.
 *
 * @param outfile ends in `.cjs`
 * @param version what it says of itself; that of the sources by default
 */
export function bundleAgent(outfile: string, version?: string): Promise<void> {
  return bundle('packages/agent/src/run/main.ts', outfile, version);
}

/** The program of the MQTT session's worker, which lies beside the agent's, or in the executable. */
export function bundleSessionWorker(outfile: string): Promise<void> {
  return bundle('packages/agent/src/transport/session-worker.ts', outfile);
}

async function bundle(entry: string, outfile: string, version?: string): Promise<void> {
  await build({
    entryPoints: [join(root, entry)],
    outfile,
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    // For the places that ask where they are; an executable has its assets instead.
    define: {
      'import.meta.url': '__tuesdayUrl',
      ...(version === undefined ? {} : { 'process.env.TUESDAY_AGENT_VERSION': JSON.stringify(version) }),
    },
    banner: { js: "const __tuesdayUrl = require('node:url').pathToFileURL(__filename).href;" },
    legalComments: 'none',
    minify: true,
    logLevel: 'silent',
  });
}

if (import.meta.main) {
  const outfile = process.argv[2];
  if (outfile === undefined) throw new Error('usage: bundle.ts <file.cjs>');
  await bundleAgent(outfile);
  await bundleSessionWorker(join(dirname(outfile), 'session-worker.cjs'));
}
