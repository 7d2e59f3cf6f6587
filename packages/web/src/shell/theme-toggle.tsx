import { t } from '@lingui/core/macro';
import { Monitor, Moon, Sun } from 'lucide-react';
import { useState } from 'react';

const THEMES = ['system', 'light', 'dark'] as const;
type Theme = (typeof THEMES)[number];
const ICONS = { system: Monitor, light: Sun, dark: Moon } as const;
const THEME_WORDS: Readonly<Record<Theme, string>> = { system: t`system`, light: t`light`, dark: t`dark` };
/** Read by `public/theme.js` before the first paint. */
const KEY = 'tuesday-theme';

function chosen(): Theme {
  const theme = document.documentElement.dataset['theme'];
  return theme === 'light' || theme === 'dark' ? theme : 'system';
}

export function ThemeToggle() {
  const [theme, setTheme] = useState(chosen);
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system';
  const choose = () => {
    if (next === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = next;
    try {
      localStorage.setItem(KEY, next);
    } catch {
      // Storage may be forbidden; the choice lasts as long as the page.
    }
    setTheme(next);
  };
  const Icon = ICONS[theme];
  return (
    <button
      type="button"
      className="grid size-10 place-items-center rounded-lg text-ink-2 hover:bg-sunken hover:text-ink"
      aria-label={t`Theme: ${THEME_WORDS[theme]}. Change to ${THEME_WORDS[next]}`}
      onClick={choose}
    >
      <Icon size={18} aria-hidden />
    </button>
  );
}
