/** Addresses of the device API behind the configured server, which may be a fleet's: `https://ota.example/fleets/acme`. */

/** @param path behind `/device/v1/`, encoded */
export function deviceUrl(server: string, path: string): URL {
  const base = new URL(server);
  return new URL(`${base.pathname.replace(/\/+$/, '')}/device/v1/${path}`, base);
}
