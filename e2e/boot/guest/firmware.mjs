/**
 * The firmware of the pretend thermostat. It tells its agent what firmware tells (`packages/agent/src/health`), and
 * then does what its release is said to do, in /etc/behaviour.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const behaviour = readFileSync('/etc/behaviour', 'utf8').trim();
const tell = (fact) => process.stdout.write(`${JSON.stringify(fact)}\n`);
tell({ mqtt: 'connected' });
tell({ broker: 'mosquitto 2.0.18' });

const ways = {
  /** As long as its agent lives. */
  healthy: () => process.stdin.on('end', () => process.exit(0)).resume(),
  /** The incident's code, and the end. */
  crash: () => {
    tell({ error: '0x45' });
    process.exit(0x45);
  },
  /** It takes the kernel with it. */
  panic: () => writeFileSync('/proc/sysrq-trigger', 'c'),
  /** It stops its agent and spins: nothing is left that could report, or go back, by itself. */
  hang: () => {
    process.kill(process.ppid, 'SIGSTOP');
    for (;;);
  },
};
ways[behaviour]();
