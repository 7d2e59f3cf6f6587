/** Brokers of Debian that need no words in `matrix.yaml`. */
import type { Reads } from '../file/value.ts';

export interface KnownProgram {
  readonly program: string;
  readonly command: string;
  readonly config: string;
  readonly reads: Reads;
}

export const KNOWN_PROGRAMS: Readonly<Record<string, KnownProgram>> = {
  mosquitto: {
    program: '/usr/sbin/mosquitto',
    command: 'exec "$PROGRAM" -c "$CONFIG"',
    // Its limits are left at what this version ships with: that is what the fleet meets.
    config: [
      'listener $PORT $HOST',
      'allow_anonymous true',
      'persistence true',
      'persistence_location $DIR/',
      'user $USER',
      // Not stdout, of which a broker that is killed takes the last lines with it.
      'log_dest stderr',
      'log_type all',
      '',
    ].join('\n'),
    reads: { topic: '$SYS/broker/version', says: 'mosquitto version {}', means: 'mosquitto {}' },
  },
  'nats-server': {
    program: '/usr/sbin/nats-server',
    command: 'exec "$PROGRAM" -c "$CONFIG"',
    config: [
      'server_name: matrix',
      'listen: "$HOST:-1"',
      'jetstream { store_dir: "$DIR/jetstream" }',
      'mqtt { host: "$HOST", port: $PORT }',
      '',
    ].join('\n'),
    // It says so nowhere over MQTT; the program that runs is asked.
    reads: { command: '"$PROGRAM" --version', says: 'nats-server: v{}', means: 'nats {}' },
  },
};
