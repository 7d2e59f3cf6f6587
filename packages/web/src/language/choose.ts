/** Which of the languages somebody gets. */

/**
 * The kept choice where there is such a language, or else the first wanted one that there is, or else `source`.
 *
 * @param wanted as browsers say it: tags like "pt-BR", the dearest first; a tag without its region is nearer than none
 */
export function chosenFrom(
  there: readonly string[],
  kept: string | null,
  wanted: readonly string[],
  source: string,
): string {
  if (kept !== null && there.includes(kept)) return kept;
  for (const tag of wanted) {
    const found = nearest(there, tag);
    if (found !== undefined) return found;
  }
  return source;
}

/** "de-AT" takes "de-AT", or else "de", or else the first other "de-…". */
function nearest(there: readonly string[], tag: string): string | undefined {
  const [bare = ''] = tag.toLowerCase().split('-');
  const same = (one: string) => one.toLowerCase() === tag.toLowerCase();
  return (
    there.find(same) ??
    there.find((one) => one.toLowerCase() === bare) ??
    there.find((one) => one.toLowerCase().startsWith(`${bare}-`))
  );
}
