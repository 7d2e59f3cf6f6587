import { writeFile } from 'node:fs/promises';
import { durationSchema } from '@tuesday/protocol';
import type { MatrixOutcome, MatrixRun } from '@tuesday/matrix';
import { type Command, InvalidArgumentError } from 'commander';
import { does, leaf } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { EndsWith, UsageFault } from '../failures.ts';
import { severalFlag, wholeNumber } from '../flag-values.ts';
import { resultsIn } from '../matrix/candidate.ts';
import { liveTable } from '../matrix/live-table.ts';
import { type RunFlags, runOf } from '../matrix/run-flags.ts';
import { openTesterKey, signResults } from '../matrix/tester-key.ts';
import { say } from '../output.ts';

interface Flags extends RunFlags {
  sign?: string;
  passphraseFile?: string;
  attach?: boolean;
  junit?: string;
  html?: string;
  out?: string;
  attestation: string;
}

export function matrixRunCommand(): Command {
  return does<Flags>(
    leaf('run', 'Run a release in the cells: bring up the real broker, start devices, play what can happen', [
      'matrix run --file examples/thermostat/matrix.yaml',
      'matrix run --file matrix.yaml --release 3.2.5 --hardware th-2 --artifact fw.bundle',
      'matrix run --file matrix.yaml --release 3.2.5 --hardware th-2 --artifact fw.bundle --sign lab.tester.json --junit matrix.xml',
      'matrix run --file matrix.yaml --release 3.2.5 --hardware th-2 --artifact fw.bundle --only "broker=mosquitto 2.0.18"',
    ])
      .requiredOption('--file <file>', 'matrix.yaml of the firmware')
      .option('--release <version>', 'version under test (else the file’s candidate)')
      .option('--hardware <model>', 'hardware model that the artifact is for')
      .option('--artifact <file>', 'the bytes under test (else the file’s candidate is built)')
      .option('--only <dimension=value>', 'cells with this value; may be repeated', severalFlag)
      .option(
        '--inventory <file>',
        'cells by this inventory (JSON) instead of all that the file can bring up',
      )
      .option('--live', 'cells by the inventory of the control plane')
      .option('--parallel <number>', 'cells at a time (else one for each processor)', wholeNumber)
      .option('--soak <duration>', 'device time at the end of each cell, instead of the file’s', soakFlag)
      .option('--resume', 'go on with the cells that an interrupted run did not finish')
      .option('--folder <folder>', 'folder of the run (else .tuesday-matrix/<release>-<hardware>)')
      .option('--cache <folder>', 'where downloaded brokers are kept')
      .option('--sign <keyfile>', 'sign the results with this tester’s key')
      .option('--passphrase-file <file>', 'passphrase of the key (else TUESDAY_PASSPHRASE, else asked)')
      .option('--attestation <file>', 'where signed results go', 'attestation.json')
      .option('--attach', 'hand the signed results to the control plane')
      .option('--junit <file>', 'JUnit XML for CI')
      .option('--html <file>', 'heat map')
      .option('--out <file>', 'results as JSON, for tuesday matrix report'),
    async (running) => {
      const { flags, show } = running;
      if (flags.attach && flags.sign === undefined)
        throw new UsageFault('--attach: only signed results can be attached; give --sign');
      // Before hours of testing, not after them.
      const key =
        flags.sign === undefined ? undefined : await openTesterKey(flags.sign, flags.passphraseFile);
      const { heatMap, junitReport, statementOf, textReport } = await import('@tuesday/matrix');
      const outcome = await uninterrupted((signal) => runOf(running, { signal, onProgress: liveTable() }));
      const statement = statementOf({ ...outcome.run, ...outcome });
      await writeFile(resultsIn(outcome.run.folder), `${JSON.stringify(statement, null, 2)}\n`);
      if (flags.out !== undefined) await writeFile(flags.out, `${JSON.stringify(statement, null, 2)}\n`);
      if (flags.junit !== undefined) await writeFile(flags.junit, junitReport(statement));
      if (flags.html !== undefined) await writeFile(flags.html, heatMap(statement));
      if (key) {
        const attestation = await signResults(statement, key, flags.attestation);
        if (flags.attach)
          await running
            .client()
            .call('attest', { params: { version: statement.predicate.release }, body: attestation });
      }
      show(statement, textReport);
      if (statement.predicate.cells.some(({ result }) => result !== 'passed')) throw new EndsWith(EXIT.error);
    },
  );
}

function soakFlag(text: string): string {
  const parsed = durationSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError(parsed.error.issues[0]?.message ?? 'must be a duration');
}

/** A first Ctrl-C ends the cells in order and keeps what is done; a second one ends us, and the guards do the rest. */
async function uninterrupted(
  make: (signal: AbortSignal) => Promise<MatrixRun>,
): Promise<MatrixOutcome & { run: MatrixRun }> {
  const { FolderFault, runMatrix, TooManyCells } = await import('@tuesday/matrix');
  const stop = new AbortController();
  const onSignal = () => stop.abort(new Error('interrupted'));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, onSignal);
  try {
    const run = await make(stop.signal);
    const outcome = await runMatrix(run);
    if (outcome.ended > 0)
      say(`${outcome.ended} processes of an earlier run were still there, and are ended`);
    return { ...outcome, run };
  } catch (error) {
    if (stop.signal.aborted) {
      say('interrupted; nothing is left running, and --resume goes on with the cells that are not done');
      throw new EndsWith(EXIT.error);
    }
    if (error instanceof FolderFault || error instanceof TooManyCells) throw new UsageFault(error.message);
    throw error;
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.removeListener(signal, onSignal);
  }
}
