/** Command line of `npm start`. */
import { parseArgs } from 'node:util';

export interface StartOptions {
  readonly demo: boolean;
  readonly data: string;
  readonly port: number;
  readonly devices: number;
  /** Demo hours a real hour: 240 makes an hour 15 seconds. */
  readonly rate: number;
}

export const USAGE = `npm start -- [options]

  --no-demo        an empty control plane in real time
  --data DIR       where everything is kept (default tuesday-data)
  --port N         port of API and console (default 8470; the next free one if it is taken)
  --devices N      agents in the demo, 200 to 1000 (default 240)
  --hour SECONDS   how long an hour of the demo takes (default 15)
`;

/** @returns the options, or a line that says what is wrong with them */
export function parseOptions(args: readonly string[]): StartOptions | { problem: string } | { help: true } {
  let values;
  try {
    values = parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: false,
      options: {
        'no-demo': { type: 'boolean', default: false },
        data: { type: 'string', default: 'tuesday-data' },
        port: { type: 'string', default: '8470' },
        devices: { type: 'string', default: '240' },
        hour: { type: 'string', default: '15' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
  if (values.help) return { help: true };
  const port = numberIn('port', values.port, 0, 65_535);
  const devices = numberIn('devices', values.devices, 200, 1_000);
  const hour = numberIn('hour', values.hour, 2, 3_600);
  for (const value of [port, devices, hour]) if (typeof value === 'string') return { problem: value };
  return {
    demo: !values['no-demo'],
    data: values.data,
    port: Number(port),
    devices: Number(devices),
    rate: 3_600 / Number(hour),
  };
}

function numberIn(name: string, text: string, least: number, most: number): number | string {
  const value = Number(text);
  if (text.trim() !== '' && value >= least && value <= most) return value;
  return `--${name} takes a number from ${least} to ${most}, not "${text}"`;
}
