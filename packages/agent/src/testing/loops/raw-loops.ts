/** The stories of a device whose slots are block devices: the artifact is their image, and a boot loader counts. */
import { RAW_MACHINES } from '../device/raw-machine.ts';
import { defineLoop } from './define-loop.ts';
import { prepareStory, runStory, STORIES } from './device-stories.ts';
import { judgeStory } from './judge-story.ts';

const UPDATE = 'a good update is confirmed';
const ROLLBACK = 'an update that crashes is rolled back';
const RECALL = 'a recall is confirmed';

/** What differs between boot loaders is how they count: each has an install, a rollback and a recall. */
const TOLD: Readonly<Record<keyof typeof RAW_MACHINES, readonly string[]>> = {
  'U-Boot with a raw sector': [
    UPDATE,
    ROLLBACK,
    RECALL,
    'an update that never starts is rolled back, and the next one is confirmed',
    'an update that is recalled while it is tried is rolled back',
    'an update over the slot that was confirmed before is confirmed',
    'an update over a line that breaks four times is confirmed',
  ],
  'U-Boot with an environment in two copies': [UPDATE, ROLLBACK, RECALL],
  GRUB: [UPDATE, ROLLBACK, RECALL],
  'systemd-boot': [UPDATE, ROLLBACK, RECALL],
};

export const rawLoops = (Object.keys(TOLD) as (keyof typeof TOLD)[]).flatMap((booted) =>
  STORIES.filter(({ name }) => TOLD[booted].includes(name)).map((story) =>
    defineLoop({
      name: `${story.name}, on block devices that ${booted} boots`,
      atLeastWrites: 30,
      prepare: (disk) => prepareStory(story, disk, RAW_MACHINES[booted]),
      run: runStory,
      judge: (world) => judgeStory(world),
    }),
  ),
);
