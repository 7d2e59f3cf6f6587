/** The flash that lost power loses what the device remembers, too: what is left to it are the labels of its slots. */
import { FOLDER } from '../device/whole-device.ts';
import { defineLoop } from './define-loop.ts';
import { DEADLINE, type DeviceWorld, follow, powerOn, prepareStory, STORIES } from './device-stories.ts';
import { judgeStanding } from './judge-story.ts';

const JOURNAL = ['journal.json'];
const ALL = ['journal.json', 'boot.json'];

const LOST: ReadonlyArray<readonly [string, readonly string[], string]> = [
  ['a good update is confirmed', JOURNAL, 'although the journal is lost with the power'],
  ['an update that crashes is rolled back', JOURNAL, 'although the journal is lost with the power'],
  [
    'an update over the slot that was confirmed before is confirmed',
    ALL,
    'although journal and boot control are lost with the power',
  ],
];

export const lostMemoryLoops = LOST.flatMap(([name, lost, although]) =>
  STORIES.filter((story) => story.name === name).map((story) =>
    defineLoop<DeviceWorld>({
      name: `${story.name}, ${although}`,
      atLeastWrites: 30,
      prepare: (disk) => prepareStory(story, disk),
      async run(world, disk) {
        for (const file of disk.cuts > 0 ? lost : []) await disk.remove(`${FOLDER}/${file}`);
        await disk.syncFolder(FOLDER);
        powerOn(world);
        await follow(world, DEADLINE);
      },
      judge: (world) => judgeStanding(world),
    }),
  ),
);
