/** The flash that lost power loses the journal, too: what is left to the device are labels and boot control. */
import { FOLDER } from '../device/whole-device.ts';
import { defineLoop } from './define-loop.ts';
import { DEADLINE, type DeviceWorld, follow, powerOn, prepareStory, STORIES } from './device-stories.ts';
import { judgeStanding } from './judge-story.ts';

const TOLD = ['a good update is confirmed', 'an update that crashes is rolled back', 'a recall is confirmed'];

export const lostJournalLoops = STORIES.filter(({ name }) => TOLD.includes(name)).map((story) =>
  defineLoop<DeviceWorld>({
    name: `${story.name}, although the journal is lost with the power`,
    atLeastWrites: 30,
    prepare: (disk) => prepareStory(story, disk),
    async run(world, disk) {
      if (disk.cuts > 0) {
        await disk.remove(`${FOLDER}/journal.json`);
        await disk.syncFolder(FOLDER);
      }
      powerOn(world);
      await follow(world, DEADLINE);
    },
    judge: (world) => judgeStanding(world),
  }),
);
