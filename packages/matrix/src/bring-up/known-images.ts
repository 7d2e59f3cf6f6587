/** Images that need no words in `matrix.yaml`. */
import type { Reads } from '../file/value.ts';
import { KNOWN_PROGRAMS } from './known-programs.ts';

export interface KnownImage {
  readonly config: string;
  /** Where the image's own command looks for it. */
  readonly configAt: string;
  readonly reads: Reads | undefined;
}

const KNOWN_IMAGES: Readonly<Record<string, KnownImage>> = {
  // Without a file of its own it serves the inside of its container only.
  'eclipse-mosquitto': {
    config: 'listener $PORT $HOST\nallow_anonymous true\nlog_type all\n',
    configAt: '/mosquitto/config/mosquitto.conf',
    reads: KNOWN_PROGRAMS['mosquitto']?.reads,
  },
};

/** @param image with or without registry, tag and digest */
export function knownImage(image: string): KnownImage | undefined {
  const name = image.split('/').at(-1)?.split(/[:@]/)[0] ?? '';
  return KNOWN_IMAGES[name];
}
