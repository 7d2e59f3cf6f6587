/** Every word of the console is in its catalogue, and every catalogue has every word of the console. */
import { bareWords } from './bare.ts';
import { ALONE, lingui } from './lingui.ts';

/** Tests say words to compare with, workers none to people, and `language` names languages in themselves. */
const isSaid = (path: string) =>
  /^packages\/web\/src\/.*\.tsx?$/.test(path) &&
  !/\.test\.ts$|-worker\.ts$|\/(testing|language)\//.test(path);

export function wordProblems(files: readonly string[], read: (path: string) => string): string[] {
  const bare = files.filter(isSaid).flatMap((path) => bareWords({ path, text: read(path) }));
  const stale = lingui('check', 'sync', '--clean', '--verbose', ...ALONE);
  const missing = lingui('check', 'missing', '--verbose', ...ALONE);
  return [
    ...bare,
    ...(stale === undefined ? [] : [`${stale}\nrun npm run words, and commit what it changes`]),
    ...(missing === undefined ? [] : [`${missing}\ntranslate what is missing in packages/web/src/locales`]),
  ];
}
