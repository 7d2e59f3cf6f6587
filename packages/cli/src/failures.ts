/** The ways in which a command ends without having done its work, and how each is said. */
import { type Refusal, RefusedByServer } from '@tuesday/protocol';
import { CommanderError } from 'commander';
import { EXIT, type ExitCode, exitCodeOf } from './exit-codes.ts';
import { colour, printJson, say } from './output.ts';

/** A "no" that this machine says, before or instead of the server. */
export class RefusedHere extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.because);
    this.name = 'RefusedHere';
    this.refusal = refusal;
  }
}

/** The command line or a file does not parse; `lines` say where. */
export class UsageFault extends Error {
  constructor(...lines: string[]) {
    super(lines.join('\n'));
    this.name = 'UsageFault';
  }
}

/** Ends the command with this code although nothing broke. */
export class EndsWith extends Error {
  readonly code: ExitCode;
  constructor(code: ExitCode) {
    super(`ends with ${code}`);
    this.name = 'EndsWith';
    this.code = code;
  }
}

/** Says what went wrong and returns the exit code. */
export function report(error: unknown, json: boolean): ExitCode {
  if (error instanceof EndsWith) return error.code;
  if (error instanceof CommanderError) {
    // Commander has written its own line.
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  if (error instanceof RefusedByServer || error instanceof RefusedHere) {
    return reportRefusal(error.refusal, json);
  }
  if (error instanceof UsageFault) {
    say(error.message);
    return EXIT.usage;
  }
  say(`${colour().red('error')}  ${errorLine(error)}`);
  return EXIT.error;
}

function reportRefusal(refusal: Refusal, json: boolean): ExitCode {
  if (json) printJson({ refused: refusal });
  const { red, bold } = colour();
  say(`${red('refused')}  ${bold(refusal.code)}`);
  say(refusal.because);
  if (refusal.field !== undefined) say(`field: ${refusal.field}`);
  say(`try: ${refusal.try}`);
  return exitCodeOf(refusal.code);
}

function errorLine(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  let deepest: unknown = error.cause;
  while (deepest instanceof Error && deepest.cause instanceof Error) deepest = deepest.cause;
  const cause = deepest instanceof Error && deepest.message !== '' ? `: ${deepest.message}` : '';
  return `${error.message}${cause}`;
}
