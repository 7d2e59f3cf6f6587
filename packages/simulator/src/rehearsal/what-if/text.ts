/** What-ifs as one line: in the address of the console, and for the terminal. */
import {
  draftOf,
  FIELDS,
  PLAIN,
  readDraft,
  type WhatIf,
  type WhatIfField,
  type WhatIfProblem,
  type WhatIfRead,
} from './what-if.ts';

/** `harm=silent; slice=broker=mosquitto 2.0.18; after=1-3`: only what differs from a plain one. */
export function whatIfText(whatIf: WhatIf): string {
  const [draft, plain] = [draftOf(whatIf), draftOf(PLAIN)];
  return FIELDS.filter((field) => field === 'name' || field === 'harm' || draft[field] !== plain[field])
    .map((field) => `${field}=${escaped(draft[field])}`)
    .join('; ');
}

export function readWhatIf(text: string): WhatIfRead {
  const draft: Partial<Record<WhatIfField, string>> = {};
  const problems: WhatIfProblem[] = [];
  for (const part of text.split(';')) {
    if (part.trim() === '') continue;
    const at = part.indexOf('=');
    const field = part.slice(0, Math.max(at, 0)).trim();
    if (!isField(field))
      problems.push({ field: field || part.trim(), because: `is none of ${FIELDS.join(', ')}` });
    else if (draft[field] === undefined) draft[field] = unescaped(part.slice(at + 1).trim());
    else problems.push({ field, because: 'is there twice; leave one out' });
  }
  const read = readDraft(draft);
  const all = [...problems, ...(read.problems ?? [])];
  return all.length === 0 && read.problems === undefined ? read : { problems: all };
}

const isField = (name: string): name is WhatIfField => (FIELDS as readonly string[]).includes(name);

const escaped = (value: string) => value.replaceAll('%', '%25').replaceAll(';', '%3B');
const unescaped = (value: string) => value.replaceAll(/%3B/gi, ';').replaceAll('%25', '%');
