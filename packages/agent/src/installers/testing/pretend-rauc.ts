/**
 * RAUC before a boot loader that keeps an order of slots and counts the boots that each has left, as RAUC's back-end
 * for U-Boot does it (RAUC reference, "U-Boot": BOOT_ORDER and BOOT_x_LEFT). Its state stands on a disk that loses
 * power. `real-rauc.test.ts` holds RAUC itself to the same.
 */
import type { SlotName } from '@tuesday/protocol';
import { otherSlot } from '../../core/journal.ts';
import type { Disk } from '../../storage/disk.ts';
import { readJson, writeWhole } from '../../storage/whole-file.ts';
import type { Rauc } from '../rauc.ts';

interface Order {
  readonly first: SlotName;
  readonly left: Readonly<Record<SlotName, number>>;
}

export interface PretendRauc extends Pick<Rauc, 'mark' | 'primary'> {
  /** What the boot loader does: the slot that it starts. */
  powerOn(limit: number): Promise<SlotName>;
}

/** Slots are called by their own names. */
export function pretendRauc(disk: Disk, path: string, boots = 3): PretendRauc {
  const read = async () => (await readJson(path, disk)) as Order;
  const write = (order: Order) => writeWhole(path, JSON.stringify(order), disk);
  const first = ({ first, left }: Order) => [first, otherSlot(first)].find((slot) => left[slot] > 0);
  return {
    primary: async () => first(await read()),
    async mark(mark, name) {
      const slot = name as SlotName;
      const { first, left } = await read();
      const filled = { ...left, [slot]: mark === 'bad' ? 0 : boots };
      await write({ first: mark === 'active' ? slot : first, left: filled });
    },
    async powerOn() {
      const order = await read();
      const slot = first(order);
      // The script of RAUC's documents gives every slot its boots back when all are used up.
      if (slot === undefined) {
        await write({ ...order, left: { a: boots, b: boots } });
        return order.first;
      }
      await write({ ...order, left: { ...order.left, [slot]: order.left[slot] - 1 } });
      return slot;
    },
  };
}
