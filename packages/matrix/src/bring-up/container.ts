/** A broker in a container, by the command line of Docker or Podman. */
import { randomUUID } from 'node:crypto';
import type { MatrixValue } from '../file/value.ts';
import type { ProgramToStart } from './program.ts';

/**
 * The words are handed over in the environment, never pasted into the shell's text. The container has a name of ours,
 * because the program that starts it is not the one that it runs under: ending the former leaves the latter.
 */
export function containerProgram(value: MatrixValue): ProgramToStart {
  const container = value.container as NonNullable<MatrixValue['container']>;
  const name = `tuesday-matrix-${randomUUID()}`;
  const args = container.args.map((_, index) => `"$ARG_${index}"`).join(' ');
  const env: Record<string, string> = { CONTAINER: name, IMAGE: container.image };
  container.args.forEach((arg, index) => {
    env[`ARG_${index}`] = arg;
  });
  const run = `run --rm --name "$CONTAINER" -p "$HOST:$PORT:${container.port}" ${args} "$IMAGE"`;
  return {
    command: `exec ${container.program} ${run}`,
    config: value.config,
    reads: value.reads,
    env,
    cleanUp: `${container.program} rm --force "${name}"`,
  };
}
