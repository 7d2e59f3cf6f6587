/** The words of the console in the language of whoever looks. Whatever has words imports this module, by the macros. */
import { setupI18n } from '@lingui/core';
import { compileMessage } from '@lingui/message-utils/compileMessage';
import { chosenFrom } from './choose.ts';
import { keptLanguage } from './kept.ts';
import { LANGUAGES, SOURCE } from './languages.ts';

export const i18n = setupI18n({ locale: SOURCE, messages: { [SOURCE]: {} } });

/** Messages of the sources are compiled when they are first said, and once. */
const compiled = new Map<string, ReturnType<typeof compileMessage>>();
i18n.setMessagesCompiler((message) => {
  let made = compiled.get(message);
  if (made === undefined) compiled.set(message, (made = compileMessage(message)));
  return made;
});

/** Reads the language of this browser; to be done before anything with words is imported. */
export async function speak(): Promise<void> {
  const language = chosenFrom(Object.keys(LANGUAGES), keptLanguage(), navigator.languages, SOURCE);
  // Words in the wrong language are better than none.
  const loaded = await LANGUAGES[language]?.load?.().catch(() => undefined);
  if (loaded) i18n.loadAndActivate({ locale: language, messages: loaded.messages });
  document.documentElement.lang = i18n.locale;
}

/** How dates and lists are written, for `Intl`. */
export function conventions(): string {
  return LANGUAGES[i18n.locale]?.conventions ?? i18n.locale;
}
