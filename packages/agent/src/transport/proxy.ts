/** Which proxy leads to an address, if one does. */

export interface ProxySettings {
  /** For `http:`. */
  readonly http?: string | undefined;
  /** For `https:`, `mqtt:`, `mqtts:`, `ws:` and `wss:`: reached by CONNECT. */
  readonly https?: string | undefined;
  /** Hosts that are reached without one: `host`, `.domain` or `*.domain`, each with or without `:port`; `*`: all. */
  readonly no?: readonly string[] | undefined;
}

const PORTS: Readonly<Record<string, string>> = {
  'http:': '80',
  'https:': '443',
  'ws:': '80',
  'wss:': '443',
  'mqtt:': '1883',
  'mqtts:': '8883',
};

/** @returns the address of the proxy; undefined: go there directly */
export function proxyFor(url: URL, settings: ProxySettings): string | undefined {
  const proxy = url.protocol === 'http:' ? settings.http : settings.https;
  if (proxy === undefined || proxy === '') return undefined;
  return (settings.no ?? []).some((pattern) => covers(pattern, url)) ? undefined : proxy;
}

export function portOf(url: URL): number {
  return Number(url.port === '' ? PORTS[url.protocol] : url.port);
}

/** The usual variables, small letters first, as other programs read them. */
export function proxyOfEnvironment(environment: Readonly<Record<string, string | undefined>>): ProxySettings {
  const read = (name: string) => environment[name.toLowerCase()] ?? environment[name];
  const no = read('NO_PROXY')?.split(/[\s,]+/);
  return { http: read('HTTP_PROXY'), https: read('HTTPS_PROXY'), no: no?.filter((name) => name !== '') };
}

function covers(pattern: string, url: URL): boolean {
  if (pattern === '*') return true;
  const { name, port } = parsePattern(pattern.toLowerCase());
  if (port !== undefined && port !== portOf(url)) return false;
  const host = url.hostname.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  const domain = name.replace(/^\*?\./, '');
  return host === domain || (host.endsWith(`.${domain}`) && !isAddress(domain));
}

/** `[::1]:80`, `[::1]`, `::1`, `host:80` or `host`. */
function parsePattern(pattern: string): { name: string; port: number | undefined } {
  const match = /^\[(.*)\](?::(\d+))?$/.exec(pattern) ?? /^([^:]*):(\d+)$/.exec(pattern);
  if (match === null) return { name: pattern, port: undefined };
  return { name: match[1] ?? '', port: match[2] === undefined ? undefined : Number(match[2]) };
}

function isAddress(name: string): boolean {
  return name.includes(':') || /^[\d.]+$/.test(name);
}
