/** Words of a page in plain letters that no answer of the server has: those that its catalogue does not. */
import type { Page } from 'playwright-core';

/** Of products and standards, the same in every language. */
const NAMES = [
  'Tuesday',
  'Slack',
  'PagerDuty',
  'JSON',
  'PDF',
  'Markdown',
  'MAJOR.MINOR.PATCH',
  'Strange',
  'English',
];

/**
 * @param answers the server's; what they say may be said as it is
 * @returns each run of plain words, and beside it the text that it stands in
 */
export async function plainWords(page: Page, answers: readonly unknown[]): Promise<string[]> {
  const texts = (await page.evaluate(READ)) as string[];
  const told = normal([...new Set([...NAMES, ...answers.flatMap(stringsIn)])].join(' | '));
  // A field of several, "stages", is told of one by one.
  const isTold = (run: string) => told.includes(` ${run} `) || told.includes(` ${run}s `);
  return [...new Set(texts)].flatMap((text) =>
    runsOf(text)
      .filter((run) => !isTold(run))
      .map((run) => `${run} (${text.trim().slice(0, 80)})`),
  );
}

/** Its values, and the names of its fields. */
function stringsIn(answer: unknown): string[] {
  if (typeof answer === 'string') return [answer];
  if (typeof answer !== 'object' || answer === null) return [];
  const names = Array.isArray(answer) ? [] : Object.keys(answer);
  return [...names, ...Object.values(answer).flatMap(stringsIn)];
}

/** Small words with one space between, without numbers; "stage-opened" and "stageOpened" are two words. */
function normal(text: string): string {
  const apart = text.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  const words = apart.replaceAll(/[^\p{L}\d|]+/gu, ' ').split(' ');
  return ` ${words.filter((word) => word !== '' && !/\d/.test(word)).join(' ')} `;
}

/** What stands between strange words, or between the marks that set values apart. */
function runsOf(text: string): string[] {
  // A command is typed as it stands, to its end.
  const said = text.replace(/(npx )?\btuesday [a-z].*$/su, '').replaceAll(/[,;:·()=\n]|\. /g, ' | ');
  return normal(said)
    .trim()
    .split(' ')
    .map((word) => (/^[a-z]+$/.test(word) ? word : '|'))
    .join(' ')
    .split('|')
    .map((run) => run.trim())
    .filter((run) => run.length > 1);
}

/** Texts, and what a screen reader says instead; not what is typed as it stands, like a command, or says of itself in which language it is. */
const READ = `(() => {
  const texts = [document.title];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.nodeType === 1 ? node : node.parentElement;
    if (element.closest('code, kbd, pre, noscript, script, style, .font-mono, body [lang]')) continue;
    if (node.nodeType === 3) texts.push(node.data);
    else for (const name of ['aria-label', 'title', 'alt', 'aria-valuetext']) texts.push(element.getAttribute(name) ?? '');
  }
  return texts;
})()`;
