/** The part of postject that is used; it brings no types. */
declare module 'postject' {
  /** Puts bytes into an executable under a name. */
  export function inject(
    file: string,
    resource: string,
    bytes: Buffer,
    options: { readonly sentinelFuse: string },
  ): Promise<void>;
}
