/** Test artifacts: firmware that does nothing but behave as it is told, in a form that the client under test reads. */

/** How the firmware of an artifact behaves once it runs. */
export interface Behaviour {
  readonly version: string;
  readonly hardware: string;
  /**
   * ok: its checks hold. fails: a check fails at once, with `ERROR_CODE`. A number: its checks hold for so many
   * seconds after it started, then fail, at each boot anew.
   */
  readonly health: 'ok' | 'fails' | number;
}

/** @returns at least `size` bytes */
export type ArtifactMaker = (behaviour: Behaviour, size: number) => Buffer;

/** What failing firmware raises. */
export const ERROR_CODE = '0x45';

/** First line of a text artifact. */
export const TEXT_MARK = 'tuesday-conformance 1';

/**
 * Lines of text: the mark, then `version=`, `hardware=`, `health=ok|fails|fails-after=<seconds>` and `error=`, then an
 * empty line, then padding.
 */
export function textArtifact({ version, hardware, health }: Behaviour, size: number): Buffer {
  const says = typeof health === 'number' ? `fails-after=${health}` : health;
  const head = `${TEXT_MARK}\nversion=${version}\nhardware=${hardware}\nhealth=${says}\nerror=${ERROR_CODE}\n\n`;
  return padded(head, size, '');
}

/**
 * Bundles as the agent's process slots take them.
 *
 * @param rate of the client's clock; firmware has the wall's
 */
export async function bundleMaker(rate: number): Promise<ArtifactMaker> {
  const { makeBundle } = await import('@tuesday/simulator');
  return ({ version, hardware, health }, size) => {
    const fail = `console.log('{"error":"${ERROR_CODE}"}');`;
    const after = (seconds: number) => `setTimeout(() => ${fail.slice(0, -1)}, ${(seconds * 1_000) / rate});`;
    const failing = health === 'ok' ? '' : health === 'fails' ? fail : after(health);
    const stays = `process.stdin.on('end', () => process.exit(0)).resume();`;
    const program = `console.log('{"mqtt":"connected"}');\n${failing}\n${stays}\n`;
    return padded(makeBundle({ version, hardware }, program).toString(), size, '//');
  };
}

/** Every line of the padding differs, so that bytes in the wrong place show. */
function padded(head: string, size: number, comment: string): Buffer {
  let text = head;
  for (let line = 0; text.length < size; line++) text += `${comment}padding ${line}\n`;
  return Buffer.from(text);
}
