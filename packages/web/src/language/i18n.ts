/**
 * The words of the console in the language of whoever looks. Every module with words imports this one, through the
 * macros, and none of them is evaluated before it has its messages: a table of words may stand at the top of a module.
 */
import { type Messages, setupI18n } from '@lingui/core';
import { compileMessage } from '@lingui/message-utils/compileMessage';
import { chosenFrom } from './choose.ts';
import { keptLanguage } from './kept.ts';
import { LANGUAGES, SOURCE } from './languages.ts';

const isPage = typeof document !== 'undefined';

async function read(): Promise<readonly [language: string, messages: Messages]> {
  if (!isPage) return [SOURCE, {}];
  const language = chosenFrom(Object.keys(LANGUAGES), keptLanguage(), navigator.languages, SOURCE);
  try {
    const loaded = await LANGUAGES[language]?.load?.();
    return [language, loaded?.messages ?? {}];
  } catch {
    // Words in the wrong language are better than none.
    return [SOURCE, {}];
  }
}

const [language, messages] = await read();

export const i18n = setupI18n({ locale: language, messages: { [language]: messages } });

/** Messages of the sources are compiled when they are first said, and once. */
const compiled = new Map<string, ReturnType<typeof compileMessage>>();
i18n.setMessagesCompiler((message) => {
  let made = compiled.get(message);
  if (made === undefined) compiled.set(message, (made = compileMessage(message)));
  return made;
});

if (isPage) document.documentElement.lang = language;

/** How dates and numbers are written, for `Intl`. */
export const conventions = LANGUAGES[language]?.conventions ?? language;
