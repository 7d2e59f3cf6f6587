/** The settings of a server, from flags and environment. A setting that does not parse is named. */
import { isIP } from 'node:net';
import { parseArgs } from 'node:util';
import { type Clock, durationSchema, parseClock, toMillis } from '@tuesday/protocol';

export interface Config {
  /** Keeps the embedded database, artifacts, keys and secrets. */
  readonly dataFolder: string;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Undefined: the embedded PostgreSQL. */
  readonly databaseUrl: string | undefined;
  /** Undefined: the embedded broker. */
  readonly mqttUrl: string | undefined;
  /** Where the embedded broker listens; 0: any free port. */
  readonly mqttPort: number;
  /** How often devices check in, the clock's milliseconds. */
  readonly pollMillis: number;
  /** How often those that have an offer open check in. */
  readonly offeredPollMillis: number;
  /** How many devices of a fleet may connect within a second when all of them come back at once. */
  readonly connectionsPerSecond: number;
  readonly clock: Clock;
  /** Real seconds to wait for another server that is leaving the data folder. */
  readonly lockWaitSeconds: number;
  /** Which rows of the counters this server writes. Servers on one database best have different ones. */
  readonly shard: number;
  /** The mail server, with its user and password; undefined: no e-mail leaves this server. */
  readonly smtpUrl: string | undefined;
  /** What e-mail comes from. */
  readonly mailFrom: string | undefined;
  /** Where browsers reach the console; undefined: wherever a request says that it was sent to,
   * and notices carry no link. */
  readonly publicUrl: string | undefined;
  /** Addresses and networks of proxies whose word on the sender's address is taken, separated by commas. */
  readonly trustProxy: string | undefined;
  /** Addresses that serve the same targets as this server, best first; offers name them. */
  readonly mirrors: readonly string[];
  /** The OpenID Connect provider that people may sign in with. */
  readonly oidc: OidcConfig | undefined;
}

export interface OidcConfig {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** What the button says. */
  readonly label: string;
}

interface Setting<T> {
  /** Null for secrets: everybody on the machine can list flags. */
  readonly flag: string | null;
  readonly variable: string;
  readonly fallback: string;
  /** @throws RangeError saying what is wanted */
  readonly parse: (text: string) => T;
}

const settings = {
  dataFolder: { flag: 'data', variable: 'TUESDAY_DATA', fallback: 'tuesday-data', parse: some },
  host: { flag: 'host', variable: 'TUESDAY_HOST', fallback: '127.0.0.1', parse: some },
  port: { flag: 'port', variable: 'TUESDAY_PORT', fallback: '8080', parse: whole(0, 65_535) },
  databaseUrl: {
    flag: 'database',
    variable: 'DATABASE_URL',
    fallback: '',
    parse: url(['postgres:', 'postgresql:']),
  },
  mqttUrl: {
    flag: 'mqtt',
    variable: 'MQTT_URL',
    fallback: '',
    parse: url(['mqtt:', 'mqtts:', 'ws:', 'wss:']),
  },
  mqttPort: { flag: 'mqtt-port', variable: 'TUESDAY_MQTT_PORT', fallback: '0', parse: whole(0, 65_535) },
  pollMillis: { flag: 'poll', variable: 'TUESDAY_POLL', fallback: '15m', parse: span },
  offeredPollMillis: {
    flag: 'offered-poll',
    variable: 'TUESDAY_OFFERED_POLL',
    fallback: '',
    parse: (text: string) => (text === '' ? undefined : span(text)),
  },
  connectionsPerSecond: {
    flag: 'connections-per-second',
    variable: 'TUESDAY_CONNECTIONS_PER_SECOND',
    fallback: '100',
    parse: whole(10, 100_000),
  },
  clock: { flag: 'clock', variable: 'TUESDAY_CLOCK', fallback: '', parse: parseClock },
  lockWaitSeconds: {
    flag: 'lock-wait',
    variable: 'TUESDAY_LOCK_WAIT',
    fallback: '0',
    parse: whole(0, 600),
  },
  shard: { flag: 'shard', variable: 'TUESDAY_SHARD', fallback: '0', parse: whole(0, 16_383) },
  publicUrl: {
    flag: 'public-url',
    variable: 'TUESDAY_PUBLIC_URL',
    fallback: '',
    parse: originOrNone,
  },
  smtpUrl: { flag: 'smtp', variable: 'TUESDAY_SMTP_URL', fallback: '', parse: url(['smtp:', 'smtps:']) },
  mailFrom: { flag: 'mail-from', variable: 'TUESDAY_MAIL_FROM', fallback: '', parse: mailbox },
  trustProxy: { flag: 'trust-proxy', variable: 'TUESDAY_TRUST_PROXY', fallback: '', parse: networks },
  mirrors: { flag: 'mirrors', variable: 'TUESDAY_MIRRORS', fallback: '', parse: addresses },
  oidcIssuer: {
    flag: 'oidc-issuer',
    variable: 'TUESDAY_OIDC_ISSUER',
    fallback: '',
    parse: url(['https:', 'http:']),
  },
  oidcClientId: { flag: 'oidc-client-id', variable: 'TUESDAY_OIDC_CLIENT_ID', fallback: '', parse: some },
  oidcClientSecret: { flag: null, variable: 'TUESDAY_OIDC_CLIENT_SECRET', fallback: '', parse: some },
  oidcLabel: {
    flag: 'oidc-label',
    variable: 'TUESDAY_OIDC_LABEL',
    fallback: 'Single sign-on',
    parse: some,
  },
} as const satisfies Record<string, Setting<unknown>>;

/**
 * Flags win over the environment; an empty variable counts as not set.
 *
 * @returns the settings, or one line that names what does not parse
 */
export function readConfig(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Config | { problem: string } {
  try {
    const flags = readFlags(args);
    const read = <T>(setting: Setting<T>): T => {
      const flag = setting.flag === null ? undefined : flags[setting.flag];
      const [name, text] =
        flag !== undefined
          ? [`--${setting.flag}`, flag]
          : [setting.variable, environment[setting.variable] ?? ''];
      try {
        return setting.parse(text === '' ? setting.fallback : text);
      } catch (error) {
        throw new RangeError(`${name}: ${(error as Error).message}`, { cause: error });
      }
    };
    const pollMillis = read(settings.pollMillis);
    const [smtpUrl, mailFrom] = [read(settings.smtpUrl), read(settings.mailFrom)];
    if ((smtpUrl === undefined) !== (mailFrom === undefined))
      throw new RangeError('TUESDAY_SMTP_URL and TUESDAY_MAIL_FROM: set both, or neither');
    return {
      dataFolder: read(settings.dataFolder),
      host: read(settings.host),
      port: read(settings.port),
      databaseUrl: read(settings.databaseUrl),
      mqttUrl: read(settings.mqttUrl),
      mqttPort: read(settings.mqttPort),
      pollMillis,
      offeredPollMillis: read(settings.offeredPollMillis) ?? pollMillis,
      connectionsPerSecond: read(settings.connectionsPerSecond),
      clock: read(settings.clock),
      lockWaitSeconds: read(settings.lockWaitSeconds),
      shard: read(settings.shard),
      publicUrl: read(settings.publicUrl),
      smtpUrl,
      mailFrom,
      trustProxy: read(settings.trustProxy),
      mirrors: read(settings.mirrors),
      oidc: oidcOf({
        issuer: read(settings.oidcIssuer),
        clientId: read(settings.oidcClientId),
        clientSecret: read(settings.oidcClientSecret),
        label: read(settings.oidcLabel),
      }),
    };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

function readFlags(args: readonly string[]): Record<string, string | undefined> {
  const options = Object.fromEntries(
    Object.values(settings).flatMap(({ flag }) =>
      flag === null ? [] : [[flag, { type: 'string' as const }]],
    ),
  );
  return parseArgs({ args: [...args], options, strict: true }).values;
}

/** All of it or none: half a provider lets nobody in. */
function oidcOf(given: Omit<OidcConfig, 'issuer'> & { issuer: string | undefined }): OidcConfig | undefined {
  const { issuer, clientId, clientSecret } = given;
  if (issuer === undefined && clientId === '' && clientSecret === '') return undefined;
  if (issuer === undefined || clientId === '' || clientSecret === '')
    throw new RangeError(
      'TUESDAY_OIDC_ISSUER, TUESDAY_OIDC_CLIENT_ID and TUESDAY_OIDC_CLIENT_SECRET belong together: set all three',
    );
  const { protocol, hostname } = new URL(issuer);
  if (protocol === 'http:' && !['127.0.0.1', '[::1]', 'localhost'].includes(hostname))
    throw new RangeError('TUESDAY_OIDC_ISSUER: http:// is for this machine only; use https://');
  return { ...given, issuer };
}

function originOrNone(text: string): string | undefined {
  if (text === '') return undefined;
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  const isOrigin = parsed && /^https?:$/.test(parsed.protocol) && `${parsed.origin}/` === parsed.href;
  if (!isOrigin)
    throw new RangeError(
      `must be an address without a path, such as https://updates.example.com, not "${text}"`,
    );
  return parsed.origin;
}

/** Room for the path of a fleet in an offer. */
const ADDRESS_LIMIT = 120;
const MIRRORS = 8;

function addresses(text: string): string[] {
  const list = text === '' ? [] : text.split(',').map((each) => each.trim());
  const isAddress = (each: string) => {
    const { protocol, username, search, hash } = URL.canParse(each) ? new URL(each) : new URL('x:');
    return /^https?:$/.test(protocol) && username + search + hash === '' && each.length <= ADDRESS_LIMIT;
  };
  // The text is not repeated: it may hold a password.
  if (list.length > MIRRORS || !list.every(isAddress))
    throw new RangeError(
      `must be at most ${MIRRORS} addresses such as https://cdn.example.com/ota, separated by commas`,
    );
  return list.map((each) => each.replace(/\/+$/, ''));
}

function networks(text: string): string | undefined {
  if (text === '') return undefined;
  const list = text.split(',').map((each) => each.trim());
  for (const each of list) {
    const [address = '', bits] = each.split('/');
    const family = isIP(address);
    const most = family === 6 ? 128 : 32;
    if (family === 0 || (bits !== undefined && !(/^\d{1,3}$/.test(bits) && Number(bits) <= most)))
      throw new RangeError(`must be addresses or networks such as 10.0.0.0/8, not "${each}"`);
  }
  return list.join(',');
}

function some(text: string): string {
  return text;
}

function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (!/^\d+$/.test(text) || number < least || number > most)
      throw new RangeError(`must be a whole number from ${least} to ${most}, not "${text}"`);
    return number;
  };
}

function url(protocols: readonly string[]): (text: string) => string | undefined {
  return (text) => {
    if (text === '') return undefined;
    // The text is not repeated: it may hold a password.
    if (!protocols.some((protocol) => text.startsWith(`${protocol}//`)) || !URL.canParse(text))
      throw new RangeError(
        `must be a URL that starts with ${protocols.map((name) => `${name}//`).join(' or ')}`,
      );
    return text;
  };
}

/** `a@b` or `Name <a@b>`; one line, so that it adds no header. */
function mailbox(text: string): string | undefined {
  if (text === '') return undefined;
  if (!/^(?:[^<>\r\n]{1,100} )?<?[^\s<>@]{1,64}@[^\s<>@]{1,255}>?$/.test(text))
    throw new RangeError('must be an address, for instance "Tuesday <tuesday@example.com>"');
  return text;
}

function span(text: string): number {
  const parsed = durationSchema.safeParse(text);
  const millis = parsed.success ? toMillis(parsed.data) : 0;
  if (millis < 1_000 || millis > 7 * 86_400_000)
    throw new RangeError(`must be from 1s to 7d, for instance 15m, not "${text}"`);
  return millis;
}
