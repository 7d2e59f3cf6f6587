/** A message that did not arrive. */
export class SendFailure extends Error {
  /** Trying again would not help. */
  readonly final: boolean;
  /** Real seconds that the service asked us to wait. */
  readonly retryAfterSeconds: number | undefined;
  constructor(because: string, more: { final?: boolean; retryAfterSeconds?: number | undefined } = {}) {
    super(because);
    this.name = 'SendFailure';
    this.final = more.final ?? false;
    this.retryAfterSeconds = more.retryAfterSeconds;
  }
}
