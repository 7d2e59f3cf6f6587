/** The flash that lost power loses what the device remembers, too: what is left to it are the labels of its slots. */
import { FOLDER, type Machine, processMachine } from '../device/home.ts';
import { RAW_MACHINES } from '../device/raw-machine.ts';
import { defineLoop } from './define-loop.ts';
import { DEADLINE, type DeviceWorld, follow, powerOn, prepareStory, STORIES } from './device-stories.ts';
import { judgeStanding } from './judge-story.ts';

const UPDATE = 'a good update is confirmed';
const ROLLBACK = 'an update that crashes is rolled back';
const JOURNAL = ['journal.json'];
const ALL = ['journal.json', 'boot.json'];
const LABELS = ['slot-a.json', 'slot-b.json'];
const RAW = RAW_MACHINES['U-Boot with a raw sector'];

const LOST: ReadonlyArray<readonly [string, Machine, readonly string[], string]> = [
  [UPDATE, processMachine, JOURNAL, 'although the journal is lost with the power'],
  [ROLLBACK, processMachine, JOURNAL, 'although the journal is lost with the power'],
  [
    'an update over the slot that was confirmed before is confirmed',
    processMachine,
    ALL,
    'although journal and boot control are lost with the power',
  ],
  [UPDATE, RAW, JOURNAL, 'on block devices, although the journal is lost with the power'],
  [ROLLBACK, RAW, JOURNAL, 'on block devices, although the journal is lost with the power'],
  [UPDATE, RAW, LABELS, 'on block devices, although the labels are lost with the power'],
];

export const lostMemoryLoops = LOST.flatMap(([name, machine, lost, although]) =>
  STORIES.filter((story) => story.name === name).map((story) =>
    defineLoop<DeviceWorld>({
      name: `${story.name}, ${although}`,
      atLeastWrites: 30,
      prepare: (disk) => prepareStory(story, disk, machine),
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
