interface Weighed {
  readonly cost: { readonly total: number };
  readonly row: { readonly harmedMedian: number };
}

/** By money, then by devices; of equals the one that was asked first. */
export function worstFirst<T extends Weighed>(results: readonly T[]): T[] {
  return [...results].sort((a, b) => b.cost.total - a.cost.total || b.row.harmedMedian - a.row.harmedMedian);
}
