/** The support page: what a code means, on a phone as on a desk, without a script and without a sign-in. */
import { createHash } from 'node:crypto';
import type { PublicCode } from '../codes/support-code.ts';
import { html, Html } from './html.ts';
import { directionOf, spoken } from './language.ts';
import type { Words } from './words.ts';

const STYLE = `
:root { color-scheme: light dark; --ground: #fbfbfa; --text: #1c1c1a; --quiet: #5c5b57; --line: #dcdbd6; --accent: #1d5fa8; --bad: #a3261b; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #171716; --text: #ecebe7; --quiet: #a9a8a2; --line: #3a3937; --accent: #8ab8ec; --bad: #f0958c; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 1.0625rem/1.55 system-ui, sans-serif; overflow-wrap: anywhere; }
main { max-width: 38rem; margin: 0 auto; padding: 1.5rem 1.25rem 3rem; }
.code { margin: 0; color: var(--quiet); font-variant-numeric: tabular-nums; }
h1 { margin: 0.1rem 0 0.75rem; font-size: 1.75rem; line-height: 1.2; }
h2 { margin: 1.75rem 0 0.25rem; font-size: 1rem; color: var(--quiet); font-weight: 600; }
p { margin: 0; white-space: pre-line; }
.severity { display: inline-block; padding: 0.1rem 0.6rem; border: 1px solid var(--line); border-radius: 1rem; font-size: 0.9375rem; }
.critical { border-color: var(--bad); color: var(--bad); }
form { margin-top: 2.5rem; padding-top: 1.25rem; border-top: 1px solid var(--line); }
label { display: block; color: var(--quiet); font-size: 0.9375rem; }
.row { display: flex; gap: 0.5rem; margin-top: 0.35rem; }
input, button { font: inherit; padding: 0.55rem 0.75rem; border-radius: 0.4rem; border: 1px solid var(--quiet); background: transparent; color: inherit; min-height: 2.75rem; }
input { flex: 1; min-width: 0; }
button { border-color: var(--accent); color: var(--accent); font-weight: 600; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
`;

/** Made here, so that not a space more or less is in it than was digested. */
const STYLE_ELEMENT = new Html(`<style>${STYLE}</style>`);

/** Nothing from anywhere, no script at all; the one style by its digest; the form asks here. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

export interface Asked {
  readonly words: Words;
  /** As somebody named the language; '' where nobody did. */
  readonly lang: string;
  readonly accept: string | undefined;
  /** Path of the page without a code, `/support`. */
  readonly home: string;
}

export function codePage(asked: Asked, { code, entry, fix }: PublicCode): string {
  const { words } = asked;
  const { language, title, meaning, customer } = spoken(entry, asked.lang, asked.accept);
  const said = (text: string) => html`<p lang="${language}" dir="${directionOf(language)}">${text}</p>`;
  return page(asked, `${code}: ${title}`, [
    html`<p class="code">${words.heading(code)}</p>
      <h1 lang="${language}" dir="${directionOf(language)}">${title}</h1>
      <span class="severity ${entry.severity}">${words.severity[entry.severity]}</span>`,
    html`<h2>${words.customer}</h2>
      ${customer === '' ? html`<p>${words.noAdvice}</p>` : said(customer)}`,
    html`<h2>${words.meaning}</h2>
      ${said(meaning)}`,
    html`<h2>${words.status}</h2>
      <p>${words.fix[fix]}</p>`,
  ]);
}

export function unknownPage(asked: Asked, code: string): string {
  const { words } = asked;
  return page(asked, words.unknown(code), [
    html`<h1>${words.unknown(code)}</h1>
      <p>${words.tell}</p>`,
  ]);
}

/** @param line what is said above the form */
export function linePage(asked: Asked, line: string): string {
  return page(asked, asked.words.another, [
    html`<h1>${asked.words.another}</h1>
      <p>${line}</p>`,
  ]);
}

function page({ words, lang, home }: Asked, title: string, parts: readonly Html[]): string {
  const keep = lang === '' ? html`` : html`<input type="hidden" name="lang" value="${lang}" />`;
  return html`<!doctype html>
    <html lang="${words.language}" dir="${directionOf(words.language)}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        ${STYLE_ELEMENT}
      </head>
      <body>
        <main>
          ${parts}
          <form action="${home}" method="get" role="search">
            <label for="code">${words.another}</label>
            <div class="row">
              <input
                id="code"
                name="code"
                required
                maxlength="20"
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                placeholder="0x45"
              />${keep}
              <button>${words.look}</button>
            </div>
          </form>
        </main>
      </body>
    </html>`.text;
}
