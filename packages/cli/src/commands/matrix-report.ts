import { writeFile } from 'node:fs/promises';
import {
  type Attestation,
  attestationSchema,
  type MatrixStatement,
  matrixStatementSchema,
} from '@tuesday/protocol';
import type { Command } from 'commander';
import { does, leaf } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { EndsWith, UsageFault } from '../failures.ts';
import { type CandidateFlags, candidateName, resultsIn, runFolder } from '../matrix/candidate.ts';
import { readJsonFile } from '../json-file.ts';
import { readMatrixFile } from '../matrix/matrix-file.ts';

interface Flags extends Omit<CandidateFlags, 'file' | 'artifact'> {
  file?: string;
  junit?: string;
  html?: string;
}

export function matrixReportCommand(): Command {
  return does<Flags>(
    leaf('report [results]', 'Show the results of a run: a heat map of cells by scenarios, and why', [
      'matrix report --file examples/thermostat/matrix.yaml',
      'matrix report results.json',
      'matrix report attestation.json --junit matrix.xml --html matrix.html',
    ])
      .option('--file <file>', 'matrix.yaml whose newest run is shown, instead of results')
      .option('--release <version>', 'version that was tested (else the file’s candidate)')
      .option('--hardware <model>', 'hardware model that it was tested for')
      .option('--folder <folder>', 'folder of the run (else .tuesday-matrix/<release>-<hardware>)')
      .option('--junit <file>', 'JUnit XML for CI')
      .option('--html <file>', 'heat map'),
    async ({ flags, show }, results) => {
      const { heatMap, junitReport, textReport } = await import('@tuesday/matrix');
      const statement = await readResults(results ?? (await newestResults(flags)));
      if (flags.junit !== undefined) await writeFile(flags.junit, junitReport(statement));
      if (flags.html !== undefined) await writeFile(flags.html, heatMap(statement));
      show(statement, textReport);
      if (statement.predicate.cells.some(({ result }) => result !== 'passed')) throw new EndsWith(EXIT.error);
    },
  );
}

/** What `--out` writes, or what a tester signed. */
const resultsSchema = {
  safeParse(input: unknown) {
    const envelope = attestationSchema.safeParse(input);
    return envelope.success ? envelope : matrixStatementSchema.safeParse(input);
  },
};

/** Of `--out`, or out of an envelope, whose signature is the control plane's to judge. */
async function readResults(file: string): Promise<MatrixStatement> {
  const read = await readJsonFile<Attestation | MatrixStatement>(file, resultsSchema);
  if ('_type' in read) return read;
  try {
    return matrixStatementSchema.parse(JSON.parse(Buffer.from(read.payload, 'base64').toString('utf8')));
  } catch (cause) {
    throw new UsageFault(`${file}: holds no results of a matrix: ${(cause as Error).message}`);
  }
}

async function newestResults({ file, ...flags }: Flags): Promise<string> {
  if (file === undefined)
    throw new UsageFault('give the results, or --file with the matrix.yaml that was run');
  const named = { ...flags, file };
  return resultsIn(runFolder(named, candidateName(named, await readMatrixFile(file))));
}
