import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { BootControl } from '../core/types.ts';
import type { ControlStore } from './control-store.ts';
import { MachineBoot } from './machine-boot.ts';
import { GRUB_PROMISES } from './grub-env.ts';

const top = mkdtempSync(join(tmpdir(), 'machine-'));
afterAll(() => rmSync(top, { recursive: true }));

function storeOf(control: BootControl | undefined): ControlStore & { writes: number } {
  return {
    promises: GRUB_PROMISES,
    writes: 0,
    read: async () => control,
    async write() {
      this.writes += 1;
    },
  };
}

describe('a machine', () => {
  test('restarts by the command that it is given, and does not come back from it', async () => {
    const file = join(top, 'restarted');
    const boot = new MachineBoot({
      store: storeOf(undefined),
      booted: 'a',
      reboot: ['sh', '-c', `echo yes > ${file}`],
    });
    let over = false;
    void boot.reboot().then(
      () => (over = true),
      () => (over = true),
    );
    await expect.poll(() => read(file)).toBe('yes\n');
    expect(over).toBe(false);
  });

  test('that refuses to restart is a fault, so that the device tries again', async () => {
    const boot = new MachineBoot({ store: storeOf(undefined), booted: 'a', reboot: ['sh', '-c', 'exit 3'] });
    await expect(boot.reboot()).rejects.toThrow('Command failed');
  });

  test('whose state is lost says what runs, and that this proves nothing; it writes no such thing', async () => {
    const store = storeOf(undefined);
    const found = await new MachineBoot({ store, booted: 'b', reboot: ['false'] }).boot(3);
    expect(found).toEqual({
      control: { defaultSlot: 'b', trialSlot: null, attempts: 0 },
      booted: 'b',
      reset: 'unknown',
      lost: true,
    });
    expect(store.writes).toBe(0);
  });

  test.each<[string, BootControl, number]>([
    ['counts no boot at which it gave up', { defaultSlot: 'a', trialSlot: null, attempts: 4 }, 3],
    ['tells of every boot while it goes on', { defaultSlot: 'a', trialSlot: 'b', attempts: 4 }, 4],
  ])('%s', async (_, control, attempts) => {
    const boot = new MachineBoot({ store: storeOf(control), booted: 'a', reboot: ['false'] });
    expect((await boot.boot(3)).control.attempts).toBe(attempts);
  });
});

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
