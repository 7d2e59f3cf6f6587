/** Which hardware a file is for, by its name. */

/** @returns the longest known model that the name holds as a word; the only known one; else nothing */
export function guessHardware(name: string, known: readonly string[]): string {
  const lower = name.toLowerCase();
  const held = known.filter((hardware) => holds(lower, hardware.toLowerCase()));
  const longest = held.toSorted((a, b) => b.length - a.length)[0];
  return longest ?? (known.length === 1 ? (known[0] ?? '') : '');
}

/** `th-2` is in `firmware-th-2.bundle`, and not in `firmware-th-21.bundle`. */
function holds(name: string, hardware: string): boolean {
  for (let at = name.indexOf(hardware); at >= 0; at = name.indexOf(hardware, at + 1))
    if (!isPart(name[at - 1]) && !isPart(name[at + hardware.length])) return true;
  return false;
}

const isPart = (letter: string | undefined) => letter !== undefined && /[a-z0-9]/.test(letter);
