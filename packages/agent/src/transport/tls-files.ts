/** What a device brings to TLS, as PEM text. */
export interface TlsFiles {
  /** Certificates that are trusted, in place of the system's. */
  readonly ca?: string | undefined;
  /** The device's own certificate, with its chain. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}
