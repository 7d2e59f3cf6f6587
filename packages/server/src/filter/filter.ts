/** A filter after it was read: what every device either fits or does not. There is no third answer. */

/** `*` in a pattern stands for anything, also for nothing. */
export type Pattern = string;

export type Order = '<' | '<=' | '>' | '>=';

/** What a test looks at. A device has one of the first kinds, and any number of the second. */
export type Subject =
  | { readonly of: 'version' }
  | { readonly of: 'id' | 'hardware' | 'healthy' | 'held' }
  | { readonly of: 'environment'; readonly attribute: string }
  | { readonly of: 'error' | 'wentBackFrom' | 'rollout' | 'release' }
  /** In the named rollout; null: in the newest that the device is a member of. */
  | { readonly of: 'state' | 'reason'; readonly rollout: string | null };

export type Test =
  /** Fits when one of the patterns matches; `not`: exactly when none does. */
  | {
      readonly kind: 'match';
      readonly subject: Subject;
      readonly patterns: readonly Pattern[];
      readonly not: boolean;
    }
  /** Never of a device whose version is not known. */
  | { readonly kind: 'version'; readonly order: Order; readonly version: string }
  /** Milliseconds. */
  | {
      readonly kind: 'time';
      readonly of: 'lastSeen' | 'enrolled';
      readonly order: Order;
      readonly at: number;
    };

export type Filter =
  | { readonly kind: 'and'; readonly of: readonly [Filter, Filter] }
  | { readonly kind: 'or'; readonly of: readonly [Filter, Filter] }
  | Test;

/** Whether a text matches a pattern; linear in both but for the stars. */
export function matches(pattern: Pattern, text: string): boolean {
  const parts = pattern.split('*');
  const [first = '', ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return text === pattern;
  if (!text.startsWith(first)) return false;
  let from = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  return text.length - last.length >= from && text.endsWith(last);
}
