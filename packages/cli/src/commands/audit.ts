import type { AuditEntryView } from '@tuesday/protocol';
import type { Broken, Intact } from '@tuesday/trust';
import type { Command } from 'commander';
import { fetchLog, fileChunks, publicKeyOf, verdictLine, verifyLog, writeLog } from '../audit-log.ts';
import { does, group, leaf } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { EndsWith } from '../failures.ts';
import { instantFlag, severalFlag, wholeNumber } from '../flag-values.ts';
import { table, time } from '../output.ts';

export function auditGroup(): Command {
  return group('audit', 'Who did what, when and why, and the proof of it', [
    list(),
    exportLog(),
    verify(),
    key(),
  ]);
}

interface ListFlags {
  after?: number;
  limit?: number;
  actor?: string;
  verb?: string;
  object?: string;
  since?: number;
  until?: number;
}

function list(): Command {
  return does<ListFlags>(
    leaf('list', 'The audit log in order, searched', [
      'audit list',
      'audit list --actor alice --verb rollout --since 2026-11-20',
      'audit list --object r-1 --after 200 --json',
    ])
      .option('--actor <name>', 'who did it: a sign-in name, or the label of a token')
      .option('--verb <verb>', 'what was done: rollout.halt, or its first word')
      .option('--object <object>', 'to what: "rollout r-1", or r-1')
      .option('--since <instant>', 'from then on: 2026-11-20, or 2026-11-20T17:30Z', instantFlag)
      .option('--until <instant>', 'before then', instantFlag)
      .option('--after <seq>', 'entries after this one', wholeNumber)
      .option('--limit <number>', 'how many at most', wholeNumber),
    async ({ client, flags, show }) => {
      const { after, limit, actor, verb, object, since: from, until } = flags;
      const query = { after, limit, actor, verb, object, from, until };
      const view = await client().call('listAudit', { query });
      show(view, ({ entries, next }) => {
        const more = next === null ? '' : `\nmore: the same with --after ${next}`;
        return table([['seq', 'when', 'who', 'did', 'what', 'because'], ...entries.map(row)]) + more;
      });
    },
  );
}

function row({ seq, at, actor, verb, object, because }: AuditEntryView): string[] {
  return [String(seq), time(at), actor, verb, object, because];
}

function exportLog(): Command {
  return does<{ out: string }>(
    leaf('export', 'The whole log as JSON Lines, with signed checkpoints', [
      'audit export --out audit.jsonl',
    ]).requiredOption('--out <file>', 'where to; replaced whole, or not at all'),
    async ({ session, flags, show }) => {
      tell(show, await writeLog(flags.out, fetchLog(session())), flags.out);
    },
  );
}

function verify(): Command {
  return does<{ key?: string[] }>(
    leaf('verify [file]', 'Verify an exported log without a server, or the server’s own', [
      'audit verify audit.jsonl --key audit-key.txt',
      'audit verify',
    ]).option(
      '--key <key>',
      'public key that must have signed, or a file that holds it; repeatable',
      severalFlag,
    ),
    async ({ session, flags, show }, file?: string) => {
      const keys = flags.key && (await Promise.all(flags.key.map(publicKeyOf)));
      const chunks = file === undefined ? fetchLog(session()) : fileChunks(file);
      tell(show, await verifyLog(chunks, keys), file ?? 'the log of the server');
    },
  );
}

function key(): Command {
  return does(
    leaf('key', 'The public key that signs the log; keep it away from the server', [
      'audit key > audit-key.txt',
    ]),
    async ({ client, show }) => show(await client().call('viewAuditKey'), ({ publicKey }) => publicKey),
  );
}

type Show = <T>(value: T, human: (value: T) => string) => void;

/** @throws EndsWith when it is broken */
function tell(show: Show, found: Intact | Broken, what: string): void {
  show(found, (verdict) => `${what}: ${verdictLine(verdict)}`);
  if (!found.ok) throw new EndsWith(EXIT.error);
}
