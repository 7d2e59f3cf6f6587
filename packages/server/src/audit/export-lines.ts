/** The lines of an export, made as they are read. */
import { entryLine, EXPORT_FORMAT, hashText, type HashedEntry, statementLine } from '@tuesday/trust';
import type { Context } from '../context.ts';
import { checkpointKeys, lastCheckpoint, lineOfCheckpoint, readCheckpoints } from './checkpoints.ts';
import { auditKey } from './key.ts';
import { headOfLog, readLog, START } from './read.ts';

/** Lower than any. */
const BEFORE_ALL = Number.MIN_SAFE_INTEGER;

/**
 * A page of entries at a time. What is added to the log meanwhile is not in it.
 *
 * @throws Error when the database does; whoever reads has an incomplete file then, without its last line
 */
export async function* exportLines(
  { db, clock, config }: Pick<Context, 'db' | 'clock' | 'config'>,
  organisation: string,
): AsyncGenerator<string> {
  const key = auditKey(config);
  const { keyid } = key;
  const publicKey = key.public.keyval.public;
  const at = clock.now();
  // In this order: what a checkpoint covers was there before it, so one that goes beyond the head is a sign.
  const covered = await lastCheckpoint(db, organisation);
  const head = await headOfLog(db, organisation);
  const keys = { ...(await checkpointKeys(db, organisation)), [keyid]: publicKey };
  const about = {
    format: EXPORT_FORMAT,
    organisation,
    exportedAt: at,
    entries: Math.max(0, head.seq),
  } as const;
  const header = statementLine({ header: { ...about, keyid, publicKey, keys } }, key);
  yield header;

  const marks = readCheckpoints(db, organisation, covered.number);
  let checkpoints = 0;
  let mark = await marks.next();
  const marksUpTo = async (seq: number): Promise<string> => {
    let text = '';
    for (; !mark.done && mark.value.seq <= seq; checkpoints++) {
      text += lineOfCheckpoint(mark.value);
      mark = await marks.next();
    }
    return text;
  };
  let { hash } = START;
  for await (const page of readLog(db, organisation, { after: BEFORE_ALL, until: head.seq })) {
    let text = '';
    for (const entry of page) text += lineOf(entry) + (await marksUpTo(entry.seq));
    ({ hash } = page.at(-1) ?? { hash });
    yield text;
  }
  yield await marksUpTo(Number.MAX_SAFE_INTEGER);
  const end = { organisation, entries: about.entries, checkpoints, hash, at, keyid };
  yield statementLine({ end: { ...end, header: hashText(header.slice(0, -1)) } }, key);
}

function lineOf(entry: HashedEntry): string {
  try {
    return entryLine(entry);
  } catch {
    // Nothing that was hashed is without a canonical form: somebody wrote this into the database, for instance a
    // number that is too large. As JSON has it, its hash will not fit, and the entry is named.
    const { before, after } = JSON.parse(JSON.stringify(entry)) as HashedEntry;
    return entryLine({ ...entry, before, after });
  }
}
