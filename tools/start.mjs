#!/usr/bin/env node
/** `npm start`: install once, then run the control plane (and, unless told otherwise, the Friday demo). */
import { ensureInstalled, runWithNode24 } from './bootstrap.mjs';

await ensureInstalled();
await runWithNode24(['tools/start/main.ts', ...process.argv.slice(2)]);
