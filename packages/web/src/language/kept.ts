/** The choice of a language, as this browser keeps it. */
const KEY = 'tuesday-language';

export function keptLanguage(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    // Storage may be forbidden; the browser's languages say enough.
    return null;
  }
}

/** The page is loaded anew in it: words are read once, when the code that has them is. */
export function keepLanguage(language: string): void {
  try {
    localStorage.setItem(KEY, language);
  } catch {
    return;
  }
  location.reload();
}
