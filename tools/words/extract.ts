/** `npm run words`: puts the words of the console's sources into its catalogues, and takes out what nobody says any more. */
import { ALONE, lingui } from './lingui.ts';

const problem = lingui('extract', '--clean', ...ALONE);
if (problem !== undefined) process.stderr.write(`${problem}\n`);
process.exit(problem === undefined ? 0 : 1);
