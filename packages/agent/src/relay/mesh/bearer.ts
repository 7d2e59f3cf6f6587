/**
 * What carries segments between devices that hear each other: a radio, or UDP in its place. It promises nothing:
 * segments are lost, doubled, reordered and damaged, and nobody acknowledges them.
 */
export interface MeshBearer {
  /** Longest segment, bytes. */
  readonly limit: number;
  /** @throws Error when the bearer cannot be used */
  open(): Promise<void>;
  /** Calls out to everybody in reach. Never throws: what is lost is lost. */
  send(segment: Uint8Array): void;
  /** One listener; a later one takes its place. */
  onSegment(listener: (segment: Uint8Array) => void): void;
  close(): Promise<void>;
}

/**
 * What an advertising bearer of Bluetooth Mesh carries: a network PDU of at most 29 octets (Mesh Profile 1.0, sections
 * 3.3.1 and 3.4.4). Ours has 25 at most.
 */
export const SEGMENT_LIMIT = 29;
