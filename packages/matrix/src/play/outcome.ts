/** How a scenario ends that did not go well. */

/** The release did not keep the health contract. */
export class Failed extends Error {
  constructor(because: string) {
    super(because);
    this.name = 'Failed';
  }
}

/** Cannot be played with this firmware or on this machine. Counts neither way, and is named. */
export class Unsupported extends Error {
  constructor(because: string) {
    super(`unsupported: ${because}`);
    this.name = 'Unsupported';
  }
}
