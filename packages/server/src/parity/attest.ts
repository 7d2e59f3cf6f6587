/** Takes in what a run of the matrix saw: signed by a tester, about the bytes that this release has. */
import { hash } from 'node:crypto';
import {
  type Attestation,
  type AttestationView,
  isRefused,
  type MatrixStatement,
  type OrRefused,
  type ReleaseManifest,
  refuse,
  type Refusal,
  targetPath,
  type Tester,
} from '@tuesday/protocol';
import { openAttestation } from '@tuesday/trust';
import type { Kysely } from 'kysely';
import type { Actor } from '../audit/actor.ts';
import { appendAudit } from '../audit/append.ts';
import { type Context, notify } from '../context.ts';
import type { Database } from '../db/schema.ts';
import { inTransaction } from '../db/transact.ts';
import { renewUntested } from './untested.ts';
import { activeTesters } from './testers.ts';

/** A clock of a tester may be so much ahead. */
const AHEAD = 15 * 60_000;

export async function attest(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  actor: Actor,
  version: string,
  attestation: Attestation,
): Promise<OrRefused<AttestationView>> {
  const at = clock.now();
  return inTransaction(db, async (trx): Promise<OrRefused<AttestationView>> => {
    const row = await trx
      .selectFrom('releases')
      .select('manifest')
      .where('version', '=', version)
      .executeTakeFirst();
    if (!row) return { refused: refuse('not-found', `there is no release ${version}`) };
    const opened = openAttestation(attestation, await activeTesters(trx));
    if (isRefused(opened)) return opened;
    const unfit = unfitFor(row.manifest, opened.statement, at);
    if (unfit) return { refused: unfit };
    const view = viewOf(attestation, opened, at);
    if (await keep(trx, attestation, opened.statement, view)) {
      await renewUntested(trx, at, version);
      await notify(trx, { kind: 'offers' });
      await appendAudit(trx, {
        at,
        actor,
        verb: 'release.attest',
        object: `release ${version}`,
        because: wordsOf(view),
        after: { sha256: view.sha256, tester: view.tester, hardware: view.hardware },
      });
    }
    return view;
  });
}

function unfitFor(
  { version, artifacts }: ReleaseManifest,
  statement: MatrixStatement,
  at: number,
): Refusal | undefined {
  const { subject, predicate } = statement;
  const elsewhere = (because: string) => refuse('attestation-elsewhere', because);
  if (predicate.release !== version)
    return elsewhere(`these are the results of ${predicate.release}, not of ${version}`);
  const artifact = artifacts.find(({ hardware }) => hardware === predicate.hardware);
  if (!artifact) return elsewhere(`release ${version} has no artifact for ${predicate.hardware}`);
  const [tested] = subject;
  const path = targetPath(version, predicate.hardware);
  if (tested?.digest.sha256 !== artifact.sha256 || tested.name !== path)
    return elsewhere(
      `what was tested is ${tested?.name} with digest ${tested?.digest.sha256.slice(0, 12)}…, and ${path} has ${artifact.sha256.slice(0, 12)}…`,
    );
  const late = predicate.cells.find(({ finishedAt }) => finishedAt > at + AHEAD);
  if (late)
    return refuse('bad-request', 'a cell was finished in the future', {
      field: 'payload',
      try: 'set the clock of the machine that ran the matrix',
    });
  return undefined;
}

function viewOf(
  attestation: Attestation,
  { statement, tester }: { readonly statement: MatrixStatement; readonly tester: Tester },
  at: number,
): AttestationView {
  const { release, hardware, cells } = statement.predicate;
  const count = (result: string) => cells.filter((cell) => cell.result === result).length;
  return {
    sha256: hash('sha256', `${tester.keyid}\n${attestation.payload}`, 'hex'),
    release,
    hardware,
    tester: tester.name,
    at,
    passed: count('passed'),
    failed: count('failed'),
    notRun: count('not-run'),
  };
}

const wordsOf = ({ tester, hardware, passed, failed, notRun }: AttestationView) =>
  `${tester} tested it for ${hardware}: ${passed} cells passed, ${failed} failed, ${notRun} not run`;

/** @returns false when it is here already */
async function keep(
  trx: Kysely<Database>,
  attestation: Attestation,
  { predicate }: MatrixStatement,
  { sha256, release, hardware, at, tester }: AttestationView,
): Promise<boolean> {
  const { keyid } = (await activeTesters(trx)).find(({ name }) => name === tester) as Tester;
  const kept = await trx
    .insertInto('attestations')
    .values({ sha256, release, hardware, keyid, envelope: JSON.stringify(attestation), at })
    .onConflict((conflict) => conflict.doNothing())
    .returning('sha256')
    .executeTakeFirst();
  if (!kept) return false;
  const rows = predicate.cells.map(({ cell, result, because, finishedAt, soak }, position) => ({
    attestation: sha256,
    position,
    release,
    // The artifact is made for one model: whoever tests it tests that.
    cell: JSON.stringify({ ...cell, hardware }),
    result,
    because,
    at: finishedAt,
    real_seconds: soak.realSeconds,
    device_seconds: soak.deviceSeconds,
  }));
  for (let from = 0; from < rows.length; from += 1_000)
    await trx
      .insertInto('attested_cells')
      .values(rows.slice(from, from + 1_000))
      .execute();
  return true;
}

export async function listAttestations(
  { db }: Pick<Context, 'db'>,
  version: string,
): Promise<OrRefused<{ attestations: AttestationView[] }>> {
  const release = await db
    .selectFrom('releases')
    .select('version')
    .where('version', '=', version)
    .executeTakeFirst();
  if (!release) return { refused: refuse('not-found', `there is no release ${version}`) };
  const rows = await db
    .selectFrom('attestations')
    .innerJoin('testers', 'testers.keyid', 'attestations.keyid')
    .leftJoin('attested_cells', 'attested_cells.attestation', 'attestations.sha256')
    .select(['attestations.sha256', 'attestations.release', 'attestations.hardware', 'attestations.at'])
    .select((of) => [
      'testers.name as tester',
      of.fn.countAll<number>().filterWhere('attested_cells.result', '=', 'passed').as('passed'),
      of.fn.countAll<number>().filterWhere('attested_cells.result', '=', 'failed').as('failed'),
      of.fn.countAll<number>().filterWhere('attested_cells.result', '=', 'not-run').as('notRun'),
    ])
    .where('attestations.release', '=', version)
    .groupBy(['attestations.sha256', 'testers.name'])
    .orderBy('attestations.at', 'desc')
    .orderBy('attestations.sha256')
    .execute();
  return { attestations: rows };
}

export async function viewAttestation(
  { db }: Pick<Context, 'db'>,
  version: string,
  sha256: string,
): Promise<OrRefused<Attestation>> {
  const row = await db
    .selectFrom('attestations')
    .select('envelope')
    .where('release', '=', version)
    .where('sha256', '=', sha256)
    .executeTakeFirst();
  return row?.envelope ?? { refused: refuse('not-found', `release ${version} has no attestation ${sha256}`) };
}
