/** A broker in a container, by the command line of Docker or Podman. */
import { randomUUID } from 'node:crypto';
import type { MatrixValue } from '../file/value.ts';
import { knownImage } from './known-images.ts';
import type { ProgramToStart } from './program.ts';

/**
 * The words are handed over in the environment, never pasted into the shell's text. The container has a name of ours,
 * because the program that starts it is not the one that it runs under: ending the former leaves the latter.
 */
export function containerProgram(value: MatrixValue): ProgramToStart {
  const container = value.container as NonNullable<MatrixValue['container']>;
  const known = knownImage(container.image);
  const config = value.config ?? (container.command.length === 0 ? known?.config : undefined);
  const configAt = config === undefined ? undefined : (container.configAt ?? known?.configAt);
  const name = `tuesday-matrix-${randomUUID()}`;
  const env: Record<string, string> = { CONTAINER: name, IMAGE: container.image };
  const inEnvironment = (prefix: string, words: readonly string[]) =>
    words.map((word, index) => {
      env[`${prefix}_${index}`] = word;
      return `"$${prefix}_${index}"`;
    });
  const run = [
    `exec ${container.program} run --rm --name "$CONTAINER" -p "$HOST:$PORT:${container.port}"`,
    ...inEnvironment('ARG', container.args),
    // For this container alone where files carry labels.
    ...(configAt === undefined
      ? []
      : [`-v "$CONFIG":${inEnvironment('CONFIG_AT', [configAt]).join('')}:ro,Z`]),
    '"$IMAGE"',
    ...inEnvironment('WORD', container.command),
  ];
  return {
    command: run.join(' '),
    config,
    inside: { HOST: '0.0.0.0', PORT: String(container.port), DIR: '/tmp' },
    reads: value.reads ?? known?.reads,
    env,
    // Killed first: to be removed by force, it would be given time to end in order.
    cleanUp: ['kill', 'rm --force'].map((verb) => `${container.program} ${verb} "${name}"`).join('; '),
  };
}
