/** Whether systemd-boot does what the order of its entries says, before anything is written. */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type OrRefused, type Refusal, refuse, type SlotName } from '@tuesday/protocol';
import type { Disk } from '../storage/disk.ts';
import { parseEntryName } from './boot-entries.ts';
import { checkFolder } from './check-place.ts';
import type { ControlStore } from './control-store.ts';
import { loaderVariable } from './efi-variables.ts';
import { EntriesStore } from './systemd-boot.ts';

export interface EntriesConfig {
  readonly entries: string;
  readonly prefix: string;
  readonly lines: Readonly<Record<SlotName, readonly string[]>>;
  readonly efivars: string;
}

/** @returns refused `config-invalid`, with the field */
export async function openEntries(
  { entries, prefix, lines, efivars }: EntriesConfig,
  booted: SlotName,
  disk: Disk,
): Promise<OrRefused<{ store: ControlStore }>> {
  const missing = await checkFolder(entries, 'backEnd.entries');
  if (missing) return { refused: missing };
  const bad = (['a', 'b'] as const).find(
    (slot) => !lines[slot].some((each) => /^(?:linux|efi|uki)\s/.test(each)),
  );
  if (bad !== undefined) {
    const because = `the entry of slot ${bad} has no efi and no linux line, so that nothing would boot.`;
    return { refused: refuse('config-invalid', because, { field: `backEnd.lines.${bad}` }) };
  }
  const refused =
    (await checkSelected(efivars, prefix, booted)) ??
    (await checkDefault(efivars, join(dirname(entries), 'loader.conf'), prefix));
  return refused
    ? { refused }
    : { store: new EntriesStore({ folder: entries, prefix, lines, booted }, disk) };
}

/** What systemd-boot says it started has to be what the kernel's command line says. */
async function checkSelected(
  efivars: string,
  prefix: string,
  booted: SlotName,
): Promise<Refusal | undefined> {
  const selected = await loaderVariable(efivars, 'LoaderEntrySelected');
  const slot = selected && parseEntryName(selected.toLowerCase(), prefix)?.slot;
  if (!slot || slot === booted) return undefined;
  const because = `systemd-boot started ${selected}, whose command line says tuesday.slot=${booted}.`;
  return refuse('config-invalid', because, { field: `backEnd.lines.${slot}` });
}

/** A default that somebody set beats the order of the entries, and with it the count. */
async function checkDefault(efivars: string, file: string, prefix: string): Promise<Refusal | undefined> {
  const pattern = `${prefix}-*`;
  const chosen = await loaderVariable(efivars, 'LoaderEntryDefault');
  if (chosen !== undefined && chosen !== '' && chosen !== pattern) {
    const because = `the EFI variable LoaderEntryDefault says ${chosen}, so that no other entry is ever tried.`;
    return refuse('config-invalid', because, { field: 'backEnd.efivars', try: "bootctl set-default ''" });
  }
  const text = await readFile(file, 'utf8').catch(() => '');
  const named = /^default[ \t]+(.*\S)/m.exec(text)?.[1];
  if (named === undefined || named === pattern) return undefined;
  const because = `${file} says default ${named}, so that no other entry is ever tried; it has to say ${pattern}.`;
  return refuse('config-invalid', because, { field: 'backEnd.entries' });
}
