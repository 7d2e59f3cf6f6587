import { defineConfig } from '@lingui/cli';
import { formatter } from '@lingui/format-po';

export default defineConfig({
  locales: ['en'],
  sourceLocale: 'en',
  catalogs: [
    {
      path: '<rootDir>/src/locales/{locale}/messages',
      include: ['<rootDir>/src'],
      exclude: ['**/*.test.ts', '**/testing/**', '**/locales/**'],
    },
  ],
  // Without line numbers, so that a message that only moves changes nothing here.
  format: formatter({ lineNumbers: false }),
  // Whoever has words imports this module, and is evaluated after it has its messages.
  runtimeConfigModule: { i18n: ['#language', 'i18n'] },
});
