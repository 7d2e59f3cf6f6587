/** Thrown by the write at which the power goes. */
export class PowerCut extends Error {
  override readonly name = 'PowerCut';
}

/** before: the write leaves nothing. torn: half of it. after: all of it, and nothing that follows. */
export type CutKind = 'before' | 'torn' | 'after';

/**
 * Flash in memory that counts its writes and loses power at one of them. Only `rename` and `remove` are
 * atomic, as on a real file system: they happen or they do not.
 */
export class PretendFlash {
  readonly #files = new Map<string, string>();
  #cut: { readonly at: number; readonly kind: CutKind } | null = null;
  /** Writes so far, the one that was cut included. */
  writes = 0;
  /** Power cuts so far. */
  cuts = 0;

  /** @param at counts from the first write ever; a moment that has passed never comes */
  cutPower(at: number, kind: CutKind): void {
    this.#cut = { at, kind };
  }

  read(name: string): string | undefined {
    return this.#files.get(name);
  }

  /** Somebody changes a file from outside; no power is needed for that. */
  damage(name: string, text: string): void {
    this.#files.set(name, text);
  }

  names(): string[] {
    return [...this.#files.keys()];
  }

  /** @throws PowerCut */
  write(name: string, text: string): void {
    const kind = this.#next();
    if (kind === 'torn') this.#files.set(name, text.slice(0, Math.floor(text.length / 2)));
    else if (kind !== 'before') this.#files.set(name, text);
    if (kind !== null) throw new PowerCut(`at write ${this.writes} (${kind}), of ${name}`);
  }

  /** The whole file or the old one: what a careful port does. @throws PowerCut */
  replace(name: string, text: string): void {
    this.write(`${name}.new`, text);
    const kind = this.#next();
    if (kind === null || kind === 'after') {
      this.#files.set(name, text);
      this.#files.delete(`${name}.new`);
    }
    if (kind !== null) throw new PowerCut(`at write ${this.writes} (${kind}), renaming ${name}`);
  }

  /** @throws PowerCut */
  remove(name: string): void {
    if (!this.#files.has(name)) return;
    const kind = this.#next();
    if (kind === null || kind === 'after') this.#files.delete(name);
    if (kind !== null) throw new PowerCut(`at write ${this.writes} (${kind}), removing ${name}`);
  }

  #next(): CutKind | null {
    this.writes += 1;
    if (this.#cut?.at !== this.writes) return null;
    const { kind } = this.#cut;
    this.#cut = null;
    this.cuts += 1;
    return kind;
  }
}
