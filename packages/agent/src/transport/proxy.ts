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
export function proxyOfEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): ProxySettings {
  const read = (name: string) => environment[name.toLowerCase()] ?? environment[name];
  const no = read('NO_PROXY')?.split(/[\s,]+/);
  return { http: read('HTTP_PROXY'), https: read('HTTPS_PROXY'), no: no?.filter((name) => name !== '') };
}

function covers(pattern: string, url: URL): boolean {
  if (pattern === '*') return true;
  const host = bare(url.hostname);
  const [, name = '', port] = /^(.*?)(?::(\d+))?$/.exec(bareKeepingPort(pattern)) ?? [];
  if (port !== undefined && Number(port) !== portOf(url)) return false;
  const domain = name.toLowerCase().replace(/^\*?\./, '');
  const wide = domain.length < name.length;
  return host === domain || (host.endsWith(`.${domain}`) && (wide || !isAddress(host)));
}

function isAddress(host: string): boolean {
  return host.includes(':') || /^[\d.]+$/.test(host);
}

function bare(host: string): string {
  return host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
}

/** `[::1]:80` and `::1` both name an address; only the first names a port. */
function bareKeepingPort(pattern: string): string {
  const bracketed = /^\[(.*)\](:\d+)?$/.exec(pattern);
  if (bracketed) return `${bracketed[1]}${bracketed[2] ?? ''}`;
  return pattern;
}
