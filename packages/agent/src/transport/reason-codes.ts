/** What a broker means by its codes: MQTT 3.1.1, table 3.1, and MQTT 5, 2.4. */
const OF_3_1_1: Readonly<Record<number, string>> = {
  1: 'it does not speak this version of MQTT',
  2: 'it does not accept the name of this device',
  3: 'it is not available',
  4: 'user name or password are wrong',
  5: 'not authorised',
};

const OF_5: Readonly<Record<number, string>> = {
  0x04: 'it ended the session and sends the will',
  0x80: 'an unspecified error',
  0x81: 'a malformed packet',
  0x82: 'a protocol error',
  0x83: 'an error of its own',
  0x84: 'it does not speak this version of MQTT',
  0x85: 'it does not accept the name of this device',
  0x86: 'user name or password are wrong',
  0x87: 'not authorised',
  0x88: 'it is not available',
  0x89: 'it is busy',
  0x8a: 'this device is banned',
  0x8b: 'it is shutting down',
  0x8c: 'a wrong way to authenticate',
  0x8d: 'it heard nothing for too long',
  0x8e: 'another client took the session over',
  0x8f: 'a wrong topic filter',
  0x90: 'a wrong topic',
  0x93: 'too many messages at once',
  0x95: 'a packet was too large',
  0x96: 'too many messages',
  0x97: 'a quota is used up',
  0x98: 'somebody ended the session there',
  0x9c: 'use another server',
  0x9d: 'the server has moved',
  0x9f: 'too many connections at the moment',
  0xa0: 'the longest time of a connection is over',
};

/** Codes that say: not this version of the protocol. */
export function refusesVersion(code: number): boolean {
  return code === 1 || code === 0x84;
}

export function reasonWords(code: number): string {
  const words = OF_5[code] ?? OF_3_1_1[code];
  const name = code >= 0x80 ? `0x${code.toString(16)}` : String(code);
  return words === undefined ? `code ${name}` : `${words} (code ${name})`;
}
