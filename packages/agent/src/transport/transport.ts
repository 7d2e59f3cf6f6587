import type { DeviceVerb, TransportName } from '@tuesday/protocol';

/** What the server said. `status` is that of HTTP, whatever carried it. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly transport: TransportName;
  /** Seconds that the server wants to be left alone for (RFC 9110, 10.2.3), at most a day. */
  readonly retryAfterSeconds?: number;
}

/** A rung of the ladder: carries one request to the server and its answer back. */
export interface Transport {
  readonly name: TransportName;
  /** Whether a request has a chance right now. */
  readonly up: boolean;
  /**
   * @param body sent as JSON; the same object is encoded once
   * @throws Error when no answer came; a refusal is an answer
   */
  request(verb: DeviceVerb, body: object): Promise<Answer>;
  close(): Promise<void>;
}
