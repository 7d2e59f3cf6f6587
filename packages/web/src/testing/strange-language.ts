/** For a build of the console that has one more language than is shipped: English in strange letters. */
import { join } from 'node:path';
import { createCompiledCatalog, getCatalogs } from '@lingui/cli/api';
import { getConfig } from '@lingui/conf';
import type { Plugin } from 'vite';
import { type Compiled, strangely } from './strange-words.ts';

/** The tag that stands for such a language. */
export const STRANGE = 'en-XA';
const WORDS = 'virtual:strange-messages';
const MESSAGES = `\0${WORDS}`;

/** Its dates are Greek, so that a date that is written the English way shows. */
const LANGUAGES = (path: string) => `
import { LANGUAGES as shipped, SOURCE } from ${JSON.stringify(`${path}?shipped`)};
export { SOURCE };
export const LANGUAGES = {
  ...shipped,
  '${STRANGE}': { name: 'Strange', conventions: 'el-GR', load: () => import(${JSON.stringify(WORDS)}) },
};`;

export function strangeLanguage(): Plugin {
  return {
    name: 'strange-language',
    enforce: 'pre',
    resolveId: (id) => (id === WORDS ? MESSAGES : undefined),
    load(id) {
      if (id === MESSAGES) return strangeMessages();
      return id.endsWith('/src/language/languages.ts') ? LANGUAGES(id) : undefined;
    },
  };
}

async function strangeMessages(): Promise<string> {
  const config = getConfig({ configPath: join(import.meta.dirname, '../../lingui.config.ts') });
  const [catalogue] = await getCatalogs(config);
  if (!catalogue) throw new Error('lingui.config.ts names no catalogue');
  const { sourceLocale, fallbackLocales } = config;
  const { messages } = await catalogue.getTranslations(sourceLocale, { sourceLocale, fallbackLocales });
  const { source, errors } = createCompiledCatalog(sourceLocale, messages, { namespace: 'json' });
  if (errors.length > 0) throw new Error(errors.map(({ id, error }) => `${id}: ${error.message}`).join('\n'));
  const compiled = (JSON.parse(source) as { messages: Record<string, Compiled> }).messages;
  const told = Object.entries(compiled).map(([id, message]) => [id, strangely(message)] as const);
  return `export const messages = ${JSON.stringify(Object.fromEntries(told))};`;
}
