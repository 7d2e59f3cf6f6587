/** Firmware that is a systemd unit: `systemctl start`, `stop` and `show`, as systemd 252 documents them. */
import type { SlotName } from '@tuesday/protocol';
import type { RunCommand } from './run-command.ts';
import type { Sight } from './watched.ts';

/** Real milliseconds that one call of systemctl may take; a start waits for what the unit itself allows. */
const START_LIMIT = 90_000;
const SHOW_LIMIT = 10_000;

export function unitOf(pattern: string, slot: SlotName): string {
  return pattern.replaceAll('{slot}', slot);
}

/** @throws Error when systemd says that the unit did not start */
export async function startUnit(unit: string, run: RunCommand): Promise<void> {
  const { exitCode } = await run('systemctl', ['start', unit], START_LIMIT);
  if (exitCode !== 0) throw new Error(`${unit} did not start`);
}

export async function stopUnit(unit: string, run: RunCommand): Promise<void> {
  await run('systemctl', ['stop', unit], START_LIMIT);
}

const PROPERTIES = 'ActiveState,InvocationID,ExecMainStatus';

export async function seeUnit(unit: string, run: RunCommand): Promise<Sight> {
  const { exitCode, stdout } = await run('systemctl', ['show', `--property=${PROPERTIES}`, unit], SHOW_LIMIT);
  if (exitCode !== 0) return { is: 'unclear' };
  const shown = new Map(
    stdout.split('\n').map((line): [string, string] => {
      const at = line.indexOf('=');
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
  const state = shown.get('ActiveState');
  if (state === 'active' || state === 'reloading') return { is: 'runs', id: shown.get('InvocationID') ?? '' };
  if (state !== 'failed' && state !== 'inactive') return { is: 'unclear' };
  const status = Number(shown.get('ExecMainStatus') ?? '');
  return { is: 'gone', exitCode: Number.isInteger(status) ? status : null };
}
