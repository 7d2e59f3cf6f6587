import type { DeviceVerb, Instant, TransportName } from '@tuesday/protocol';

/** What the server said. `status` is that of HTTP, whatever carried it. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly transport: TransportName;
  /** The server sheds load: it asks not to be asked again before so many milliseconds have passed. */
  readonly retryAfterMillis?: number | undefined;
}

/** A rung of the ladder: carries one request to the server and its answer back. */
export interface Transport {
  readonly name: TransportName;
  /** When its connection was made, by the device's clock; undefined while a request has no chance. */
  readonly upSince: Instant | undefined;
  /**
   * @param body sent as JSON; the same object is encoded once
   * @throws Error when no answer of the server came; a refusal is an answer
   */
  request(verb: DeviceVerb, body: object): Promise<Answer>;
  close(): Promise<void>;
}
