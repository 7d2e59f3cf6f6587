/** What reads as words for people, and where text is for machines. */

/** Of a maker, a product or a unit: the same in every language. */
const NAMES = new Set(['Tuesday', 'Slack', 'Teams', 'PagerDuty', 'Opsgenie']);

/** Text for machines, by the kind of place and its name. */
const SILENT: Readonly<Record<'attribute' | 'call' | 'property' | 'variable', RegExp>> = {
  attribute:
    /^(className|style|command|look|d|points|viewBox|transform|autoComplete|rel|type|kind|tone|scope|role|to|href)$|^data-/,
  call: /^(Error|TypeError|RangeError|Unreachable|useAsked|matchMedia|querySelector|querySelectorAll)$/,
  property: /^(command|object|look|className|colour)$/,
  variable: /^(command|wantedFor|className|key|place|look|KINDS|SOFT|TEXT)$|Command$/,
};

export function isSilent(kind: keyof typeof SILENT, name: string): boolean {
  return SILENT[kind].test(name);
}

const isCommand = (text: string) => /^\s*(npx )?tuesday /.test(text);

/** At least one word that a translator would want. */
export function isWord(text: string): boolean {
  const bare = text.trim();
  return (
    !isCommand(bare) &&
    /\p{L}{2,}/u.test(bare.replaceAll('{}', '')) &&
    !NAMES.has(bare) &&
    !/^\S*[\d_./:@=]\S*$/.test(bare)
  );
}

/** Two words with a space between them, and neither a command nor the names of styles. */
export function readsAsWords(text: string): boolean {
  if (isCommand(text)) return false;
  const parts = text.trim().split(/\s+/);
  const words = parts.filter((one) => /^["'“‘(]?\p{L}[\p{L}’'-]*["'”’).,:;!?…%]*$/u.test(one));
  const styled =
    parts.some((one) => /^[a-z!].*[-:[]/.test(one)) &&
    parts.every((one) => /^[^A-Z.,;!?…’]*$/.test(one) || /[[(]/.test(one));
  return !styled && (words.length > 1 || (words.length === 1 && parts.includes('{}')));
}
