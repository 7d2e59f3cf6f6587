#!/usr/bin/env node
/** `npm test`, `npm run check`, benchmarks: install once, then run the named tool with the pinned Node. */
import { ensureInstalled, fail, runWithNode24 } from './bootstrap.mjs';

const [what, ...rest] = process.argv.slice(2);
const programs = { test: ['tools/test.ts'], check: ['tools/check.ts'], node: [] };
const program = programs[what];
if (!program) fail(`usage: node tools/run.mjs ${Object.keys(programs).join('|')} [arguments]`, 2);

await ensureInstalled();
await runWithNode24([...program, ...rest]);
