/**
 * Where a browser opens the console: passkeys belong to a name, and a bare loopback address has none.
 *
 * @param url       where the control plane answers
 * @param publicUrl TUESDAY_PUBLIC_URL, where it is set
 * @returns without a slash at its end
 */
export function consoleAddress(url: string, publicUrl: string | undefined): string {
  if (publicUrl !== undefined && publicUrl !== '') return publicUrl.replace(/\/$/, '');
  return url.replace(/^(https?:\/\/)(?:127\.0\.0\.1|\[::1\]|0\.0\.0\.0|\[::\])(?=:|$)/, '$1localhost');
}
