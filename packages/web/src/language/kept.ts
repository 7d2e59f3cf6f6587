/** The choice of a language, as this browser keeps it. */
const KEY = 'tuesday-language';

/** Null where nobody has chosen. */
export function keptLanguage(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    // Storage may be forbidden; the browser's languages say enough.
    return null;
  }
}

/**
 * Loads the page anew in it: words are read once, when the code that has them is.
 *
 * @param language '' for what the browser asks for
 */
export function keepLanguage(language: string): void {
  try {
    if (language === '') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, language);
  } catch {
    return;
  }
  location.reload();
}
