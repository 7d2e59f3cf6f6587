/** The two homes of firmware, whatever they are made of: folders, files, partitions, an installer's slots. */
import type { OrRefused, SlotName, TargetCustom } from '@tuesday/protocol';
import type { SignedTarget } from '../core/journal.ts';

/** The bytes that a slot was written with. */
export interface SlotContent {
  /** Bytes, from the start. */
  readonly length: number;
  /** Of these bytes, when they were written. Whoever uses them checks. */
  readonly sha256: string;
  /** File or block device that begins with them. */
  readonly path: string;
}

export interface SlotPort {
  /**
   * Writes an artifact to a slot and reads it back against the signed digest. The slot is marked bad before
   * the first byte, and good after the last.
   *
   * @param artifact file with the bytes
   * @returns refused `wrong-hardware`, `offer-invalid`, `stage-failed` or `wrong-digest`; the slot is bad then
   * @throws what the file system throws (a full disk, for instance); the slot is bad then
   */
  write(
    slot: SlotName,
    artifact: string,
    signed: SignedTarget,
    signal?: AbortSignal,
  ): Promise<OrRefused<{ written: true }>>;
  /** Durable when it resolves. */
  markBad(slot: SlotName): Promise<void>;
  /** The labels of slots that are whole. */
  found(): Promise<Record<SlotName, TargetCustom | null>>;
  /** For deltas and for neighbours; undefined when the slot is not whole, or cannot give back what it got. */
  content(slot: SlotName): Promise<SlotContent | undefined>;
}
