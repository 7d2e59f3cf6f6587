/**
 * Keeps what was compiled for the next boot. Node writes its compile cache (`NODE_COMPILE_CACHE`) when it ends, and
 * on this machine it never ends: it is restarted.
 */
import { flushCompileCache } from 'node:module';

setTimeout(() => flushCompileCache(), 1_000).unref();
