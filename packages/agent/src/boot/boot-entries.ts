/**
 * Boot entries of the two slots, as files: `tuesday-a.conf` is good, `tuesday-a+2-1.conf` has two tries left and one
 * done, `tuesday-a+0-3.conf` is bad (UAPI Boot Loader Specification, "Boot counting"; systemd, "Automatic Boot
 * Assessment"). The bad ones come last, of the others the highest `version` first.
 */
import type { SlotName } from '@tuesday/protocol';

export interface BootEntry {
  readonly slot: SlotName;
  /** Tries left and done; null for an entry that is good. */
  readonly tries: { readonly left: number; readonly done: number } | null;
  /** The order of entries: what boots first has the highest. */
  readonly version: number;
}

export function entryName({ slot, tries }: Pick<BootEntry, 'slot' | 'tries'>, prefix: string): string {
  if (tries === null) return `${prefix}-${slot}.conf`;
  const done = tries.done === 0 ? '' : `-${tries.done}`;
  return `${prefix}-${slot}+${tries.left}${done}.conf`;
}

/** @returns undefined when the name is none of ours */
export function parseEntryName(name: string, prefix: string): Pick<BootEntry, 'slot' | 'tries'> | undefined {
  if (!name.startsWith(`${prefix}-`)) return undefined;
  const match = /^([ab])(?:\+(\d{1,2})(?:-(\d{1,2}))?)?\.conf$/.exec(name.slice(prefix.length + 1));
  if (!match) return undefined;
  const tries = match[2] === undefined ? null : { left: Number(match[2]), done: Number(match[3] ?? 0) };
  return { slot: match[1] as SlotName, tries };
}

export function isBad({ tries }: Pick<BootEntry, 'tries'>): boolean {
  return tries?.left === 0;
}

/** The order in which systemd-boot shows entries, and boots the first. */
export function byBootOrder(one: BootEntry, other: BootEntry): number {
  if (isBad(one) !== isBad(other)) return isBad(one) ? 1 : -1;
  return other.version - one.version || (one.slot < other.slot ? 1 : -1);
}

/** `version` of an entry's text; 0 when it has none that is a number. */
export function entryVersion(text: string): number {
  return Number(/^version[ \t]+(\d{1,15})[ \t]*$/m.exec(text)?.[1] ?? 0);
}

/** @param lines of the entry, without title, version and sort key */
export function entryText(slot: SlotName, version: number, prefix: string, lines: readonly string[]): string {
  const head = [`title ${prefix} ${slot}`, `sort-key ${prefix}`, `version ${version}`];
  return `${[...head, ...lines].join('\n')}\n`;
}
