/** Words of a page in plain letters that no answer of the server has: those that its catalogue does not. */
import type { Page } from 'playwright-core';

/** Of products and standards, the same in every language. */
const NAMES = ['tuesday', 'slack', 'pagerduty', 'json', 'strange', 'english'];

/**
 * @param answers bodies of the server's answers; what they say may be said as it is
 * @returns each run of plain words, and beside it the text that it stands in
 */
export async function plainWords(page: Page, answers: readonly string[]): Promise<string[]> {
  const texts = (await page.evaluate(READ)) as string[];
  const told = normal([...NAMES, ...answers].join(' | '));
  return [...new Set(texts)].flatMap((text) =>
    runsOf(text)
      .filter(
        (run) => !told.includes(` ${run} `) && !run.split(' ').every((word) => told.includes(` ${word} `)),
      )
      .map((run) => `${run} (${text.trim().slice(0, 80)})`),
  );
}

/** Small letters and numbers with one space between; "stage-opened" and "stageOpened" are two words. */
function normal(text: string): string {
  const apart = text.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return ` ${apart.replaceAll(/[^\p{L}\d|]+/gu, ' ')} `;
}

/** What stands between strange words. */
function runsOf(text: string): string[] {
  const words = normal(text).trim().split(' ');
  const isPlain = (word: string) => /^[a-z0-9]+$/.test(word);
  return words
    .map((word) => (isPlain(word) ? word : '|'))
    .join(' ')
    .split('|')
    .map((run) => run.trim())
    .filter((run) => /[a-z]{2}/.test(run));
}

/** Texts, and what a screen reader says instead; not what is typed as it stands, like a command. */
const READ = `(() => {
  const texts = [document.title];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.nodeType === 1 ? node : node.parentElement;
    if (element.closest('code, kbd, pre, noscript, script, style, .font-mono')) continue;
    if (node.nodeType === 3) texts.push(node.data);
    else for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'aria-valuetext']) texts.push(element.getAttribute(name) ?? '');
  }
  return texts;
})()`;
