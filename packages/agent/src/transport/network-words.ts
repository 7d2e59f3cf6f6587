/** What went wrong with a connection, in words that say which part to look at. */
import { wallClock } from '@tuesday/protocol/clock';

const WORDS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the name cannot be found (DNS)',
  EAI_AGAIN: 'the name service does not answer (DNS)',
  ECONNREFUSED: 'nobody listens there',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  EHOSTUNREACH: 'there is no way to that host',
  ENETUNREACH: 'there is no network',
  ETIMEDOUT: 'the host does not answer',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from an authority that this device does not trust',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself, and this device does not trust it',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate comes from an authority that this device does not trust',
  UNABLE_TO_GET_ISSUER_CERT: 'its certificate comes from an authority that this device does not trust',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'its certificate comes from an authority that this device does not trust',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'it wants a certificate of this device',
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: 'it does not agree to TLS with this device',
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: 'it does not accept the certificate of this device',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'it does not accept the certificate of this device',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS',
  EPROTO: 'it does not agree to TLS with this device',
};

/** A certificate that looks out of date may be fine, and the clock wrong. */
const OF_THE_CLOCK = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);

/** Certificates are judged by the machine's time, whatever clock the agent was handed. */
export function networkWords(error: unknown, machineTime: () => string = machineDate): string {
  const { code, message } = codeOf(error);
  const words = code === undefined ? undefined : WORDS[code];
  if (code === undefined || words === undefined) return message;
  const clock = OF_THE_CLOCK.has(code)
    ? `, or the clock of this device is wrong: it shows ${machineTime()}`
    : '';
  return `${words}${clock} (${message})`;
}

/** The first code along the chain of causes. A name that has several addresses fails as a group. */
function codeOf(error: unknown): { code: string | undefined; message: string } {
  const { code, message, cause, errors } = error as NodeJS.ErrnoException & {
    cause?: unknown;
    errors?: readonly unknown[];
  };
  if (code !== undefined && code in WORDS) return { code, message: message === '' ? code : message };
  const inner = cause ?? errors?.[0];
  if (inner !== undefined) {
    const found = codeOf(inner);
    return message === '' || errors !== undefined ? found : { code: found.code, message };
  }
  return { code, message: message === '' ? (code ?? 'it failed') : message };
}

function machineDate(): string {
  return new Date(wallClock().now()).toISOString();
}
