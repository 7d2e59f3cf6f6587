/** Turns the macros around words into look-ups; for the console's build and for its tests. */
import { fileURLToPath } from 'node:url';
import { lingui } from '@lingui/vite-plugin';

/** English stays in the code, so that its words come with the page that says them. */
export const words = () =>
  lingui({
    configPath: fileURLToPath(new URL('lingui.config.ts', import.meta.url)),
    macroTransform: { macro: { descriptorFields: 'message' } },
    failOnCompileError: true,
  });
