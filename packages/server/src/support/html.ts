/** HTML whose values cannot break out of it: whatever is put in is text, unless it was made here. */

export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Put values between tags and into quoted attributes only. */
export function html(
  strings: TemplateStringsArray,
  ...values: readonly (string | Html | readonly Html[])[]
): Html {
  const parts = values.map((value, index) => `${textOf(value)}${strings[index + 1] ?? ''}`);
  return new Html((strings[0] ?? '') + parts.join(''));
}

function textOf(value: string | Html | readonly Html[]): string {
  if (typeof value === 'string') return value.replaceAll(/[&<>"']/g, (mark) => ESCAPES[mark] ?? '');
  return value instanceof Html ? value.text : value.map(({ text }) => text).join('');
}
