import { type Refusal, type RefusalCode, refuse } from '@tuesday/protocol';

/** tuf-js wraps its errors as text, so the text is what there is to tell them apart by. */
const CAUSES: ReadonlyArray<readonly [RegExp, RefusalCode]> = [
  [/was signed by 0\/\d+ keys/, 'unsigned'],
  [/was signed by \d+\/\d+ keys/, 'threshold-not-met'],
  [/is expired/, 'metadata-expired'],
  [/^Failed to persist/, 'no-space'],
  [
    /is less than current version|does(?: not|n't) match (?:snapshot version|timestamp)|Expected version/,
    'metadata-replayed',
  ],
];

/** What tuf-js threw, as the refusal that the device reports. What is not known is `metadata-invalid`. */
export function refuseMetadata(error: unknown): Refusal {
  const text = error instanceof Error ? error.message : String(error);
  const code = CAUSES.find(([pattern]) => pattern.test(text))?.[1] ?? 'metadata-invalid';
  return refuse(code, text.slice(0, 400));
}
