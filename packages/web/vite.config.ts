import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { askAhead } from './ask-ahead.plugin.ts';
import { words } from './words.plugin.ts';

export default defineConfig({
  plugins: [words(), react(), tailwindcss(), askAhead('/src/begin.tsx')],
  resolve: {
    alias: { 'node:crypto': fileURLToPath(new URL('src/plan/no-crypto.ts', import.meta.url)) },
  },
  // The server's content policy allows nothing inline, and no font as data.
  build: {
    assetsInlineLimit: 0,
    // bundle.test.ts holds what is shipped to its budget; libraries that come with their warnings are larger.
    chunkSizeWarningLimit: 1_500,
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/v1': process.env['TUESDAY_URL'] ?? 'http://127.0.0.1:8080' } },
});
