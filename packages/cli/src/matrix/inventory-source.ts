/** Where the inventory comes from: a file, or the control plane that is known. */
import { type InventoryView, inventoryViewSchema } from '@tuesday/protocol';
import type { Running } from '../command.ts';
import { fetchInventory } from './control-plane.ts';
import { readJsonFile } from './json-file.ts';

export interface InventoryFlags {
  inventory?: string;
}

export function findInventory({ flags, session }: Running<InventoryFlags>): Promise<InventoryView> {
  if (flags.inventory === undefined) return fetchInventory(session());
  return readJsonFile(flags.inventory, inventoryViewSchema);
}
