/** `tuesday`. */
import { report } from './failures.ts';
import { buildProgram } from './program.ts';

const args = process.argv.slice(2);
// A reader that goes away (`| head`) ends the command, quietly.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});
try {
  const program = await buildProgram(args[0]);
  await program.parseAsync(args, { from: 'user' });
} catch (error) {
  process.exitCode = report(error, args.includes('--json'));
}
