/** The results as an in-toto statement about the artifact: what a tester signs. */
import {
  type CellReport,
  MATRIX_PREDICATE,
  type MatrixStatement,
  matrixStatementSchema,
  targetPath,
} from '@tuesday/protocol';
import type { Candidate } from '../run/setting.ts';

export interface Results {
  readonly candidate: Pick<Candidate, 'release' | 'hardware' | 'sha256'>;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly cells: readonly CellReport[];
}

/** @throws ZodError without a cell */
export function statementOf({ candidate, startedAt, finishedAt, cells }: Results): MatrixStatement {
  const dimensions = [...new Set(cells.flatMap(({ cell }) => Object.keys(cell)))];
  return matrixStatementSchema.parse({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      { name: targetPath(candidate.release, candidate.hardware), digest: { sha256: candidate.sha256 } },
    ],
    predicateType: MATRIX_PREDICATE,
    predicate: {
      release: candidate.release,
      hardware: candidate.hardware,
      startedAt,
      finishedAt,
      runner: `tuesday 0.1.0, ${process.platform} ${process.arch}, node ${process.versions.node}`,
      dimensions,
      cells,
    },
  });
}
