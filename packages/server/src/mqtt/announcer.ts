/** A broker that the server speaks through. */
export interface Announcer {
  /** Where devices connect. */
  readonly url: string;
  /** Publishes the JSON text to everybody who listens to this topic; not kept for those who do not. */
  announce(topic: string, text: string): Promise<void>;
  close(): Promise<void>;
}
