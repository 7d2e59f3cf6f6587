/** Where the inventory comes from: a file, or the control plane that is known. */
import { type InventoryView, inventoryViewSchema } from '@tuesday/protocol';
import type { Running } from '../command.ts';
import { readJsonFile } from '../json-file.ts';

export interface InventoryFlags {
  inventory?: string;
}

export async function findInventory({ flags, client }: Running<InventoryFlags>): Promise<InventoryView> {
  if (flags.inventory === undefined) return client().call('viewInventory');
  return readJsonFile(flags.inventory, inventoryViewSchema);
}
