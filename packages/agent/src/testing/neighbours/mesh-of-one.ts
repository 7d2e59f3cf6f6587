/** A mesh with one neighbour that gives each file in one go: what counts here is what the receiver does with it. */
import { createHash } from 'node:crypto';
import { Assembly } from '../../relay/mesh/assembly.ts';
import { blocksOf, segmentBytes, segmentsOf } from '../../relay/mesh/blocks.ts';
import type { MeshLink } from '../../relay/mesh/mesh-link.ts';
import { packFiles } from '../../relay/mesh/pack.ts';
import { idOf, METADATA } from '../../relay/mesh/pdu.ts';

const SOURCE = 7;

/** @param metadata by name @param artifacts whole */
export function meshOfOne(
  metadata: ReadonlyMap<string, Buffer>,
  artifacts: readonly Buffer[],
): Pick<MeshLink, 'ask' | 'fetch'> {
  const pack = packFiles(metadata);
  const files = new Map([pack, ...artifacts].map((bytes) => [idOf(digest(bytes)), bytes]));
  return {
    ask: async (id) => {
      const bytes = id === METADATA ? pack : files.get(id);
      if (bytes === undefined) return [];
      return [{ source: SOURCE, id: idOf(digest(bytes)), length: bytes.length, rank: 0 }];
    },
    fetch: async ({ id, length }) => assembled(files.get(id) ?? Buffer.alloc(0), length),
  };
}

function assembled(bytes: Buffer, length: number): Assembly {
  const assembly = new Assembly(length);
  for (let block = 0; block < blocksOf(length); block++)
    for (let segment = 0; segment < segmentsOf(length, block); segment++)
      assembly.take(block, segment, segmentBytes(bytes, block, segment));
  return assembly;
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
