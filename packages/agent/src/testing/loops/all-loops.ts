/** Every interruption loop there is. A new one is one more line here; `define-loop.ts` says what it needs. */
import { type AnyLoop, defineLoop } from './define-loop.ts';
import { prepareStory, runStory, STORIES } from './device-stories.ts';
import { lostMemoryLoops } from './lost-memory-loops.ts';
import { deltaLoop } from './delta-loop.ts';
import { enrolmentLoop } from './enrolment-loop.ts';
import { givingLoop } from './giving-loop.ts';
import { judgeStory } from './judge-story.ts';
import { rawLoops } from './raw-loops.ts';
import { rescueLoops } from './rescue-loops.ts';
import { selfUpdateLoop } from './self-update-loop.ts';

const deviceLoops = STORIES.map((story) =>
  defineLoop({
    name: story.name,
    atLeastWrites: story.offered.length === 0 ? 15 : 30,
    prepare: (disk) => prepareStory(story, disk),
    run: runStory,
    judge: (world) => judgeStory(world),
  }),
);

export const LOOPS: readonly AnyLoop[] = [
  enrolmentLoop,
  ...deviceLoops,
  ...lostMemoryLoops,
  ...rawLoops,
  ...rescueLoops,
  givingLoop,
  deltaLoop,
  selfUpdateLoop,
];
