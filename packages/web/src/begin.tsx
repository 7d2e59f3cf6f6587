import { I18nProvider } from '@lingui/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { i18n } from './language/i18n.ts';

/** Shows the console at its place in `index.html`. */
export function begin(): void {
  const place = document.getElementById('console');
  if (!place) throw new Error('index.html has no place for the console');
  createRoot(place).render(
    <StrictMode>
      <I18nProvider i18n={i18n}>
        <App />
      </I18nProvider>
    </StrictMode>,
  );
}
