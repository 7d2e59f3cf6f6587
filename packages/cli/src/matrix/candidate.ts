/** What a run tests: by flags, else by the file, which also says how its bytes are built. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { hardwareSchema, versionSchema } from '@tuesday/protocol';
import type { MatrixFile, MatrixRun } from '@tuesday/matrix';
import { UsageFault } from '../failures.ts';
import { say } from '../output.ts';

export interface CandidateFlags {
  file: string;
  release?: string;
  hardware?: string;
  artifact?: string;
  folder?: string;
}

type Named = Pick<MatrixRun['candidate'], 'release' | 'hardware'>;

/** @throws UsageFault naming the flag, or what the file lacks */
export function candidateName(flags: CandidateFlags, { candidate }: MatrixFile): Named {
  const release = flags.release ?? candidate?.release ?? missing('--release', flags.file);
  const hardware = flags.hardware ?? candidate?.hardware ?? missing('--hardware', flags.file);
  checked('--release', versionSchema, release);
  checked('--hardware', hardwareSchema, hardware);
  return { release, hardware };
}

export function runFolder({ folder }: CandidateFlags, { release, hardware }: Named): string {
  return resolve(folder ?? join('.tuesday-matrix', `${release}-${hardware}`));
}

/** Where a run leaves its results, for `tuesday matrix report --file`. */
export const resultsIn = (folder: string): string => join(folder, 'results.json');

/** Builds the bytes when nobody gives them. @throws UsageFault when they cannot be built or read */
export async function candidateOf(flags: CandidateFlags, file: MatrixFile): Promise<MatrixRun['candidate']> {
  const name = candidateName(flags, file);
  const artifact = flags.artifact === undefined ? await build(flags, file, name) : resolve(flags.artifact);
  return { ...name, artifact, sha256: await digestOf(artifact) };
}

async function build(flags: CandidateFlags, { candidate }: MatrixFile, name: Named): Promise<string> {
  if (candidate === undefined) return missing('--artifact', flags.file);
  if (name.release !== candidate.release || name.hardware !== candidate.hardware)
    throw new UsageFault(
      `--artifact: ${flags.file} builds ${candidate.release} for ${candidate.hardware}; give the bytes of ${name.release} for ${name.hardware}`,
    );
  const artifact = `${runFolder(flags, name)}.artifact`;
  await mkdir(dirname(artifact), { recursive: true });
  const options = { cwd: dirname(resolve(flags.file)), env: { ...process.env, ARTIFACT: artifact } };
  say(`building ${candidate.release} for ${candidate.hardware}: ${candidate.build}`);
  await promisify(execFile)('sh', ['-c', candidate.build], options).catch((cause: unknown) => {
    const { stderr, message } = cause as Error & { stderr?: string };
    throw new UsageFault(`${flags.file}: candidate.build: ${stderr?.trim() || message}`);
  });
  return artifact;
}

function missing(flag: string, file: string): never {
  throw new UsageFault(`${flag}: is missing, and ${file} has no candidate`);
}

function checked(flag: string, schema: typeof versionSchema, value: string): void {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new UsageFault(`${flag}: ${parsed.error.issues[0]?.message}`);
}

async function digestOf(artifact: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const piece of createReadStream(artifact)) hash.update(piece as Buffer);
  } catch (cause) {
    throw new UsageFault(`--artifact: ${artifact} cannot be read: ${(cause as Error).message}`);
  }
  return hash.digest('hex');
}
