/** What must be so at the end of any story of a device, wherever the power went. */
import { checkInSchema, type OutcomeKind, outcomeSchema, RESCUE_ROLLOUT } from '@tuesday/protocol';
import { type Ending, ending } from './define-loop.ts';
import type { DeviceWorld } from './device-stories.ts';

/** @param mayRepeat an outcome that may be true twice: the server counts one of a kind for each offer */
export async function judgeStory(world: DeviceWorld, mayRepeat?: OutcomeKind): Promise<Ending> {
  return ending({
    boot: await wrongBoot(world),
    version: [...wrongVersion(world), ...(await wrongLabel(world))],
    report: [
      ...wrongReports(world),
      ...untrueOutcomes(world),
      ...repeatedOutcomes(world, mayRepeat),
      ...wrongEnd(world),
    ],
  });
}

/** Of a device that nobody offered anything, and that went for a recovery release by itself. */
export async function judgeRescue(world: DeviceWorld, outcome: OutcomeKind): Promise<Ending> {
  const last = world.server.outcomes.findLast(({ said }) => said.rollout === RESCUE_ROLLOUT)?.said;
  const told = last?.kind === outcome ? [] : [`the rescue ended ${last?.kind ?? 'untold'}`];
  return ending({
    boot: await wrongBoot(world),
    version: wrongVersion(world),
    report: [
      ...wrongReports(world, Infinity),
      ...untrueOutcomes(world),
      ...repeatedOutcomes(world, undefined),
      ...told,
      ...wrongStand(world),
    ],
  });
}

/** What must be so also of a device that lost its memory on the way: it may not know what it has told already. */
export async function judgeStanding(world: DeviceWorld): Promise<Ending> {
  return ending({
    boot: await wrongBoot(world),
    version: wrongVersion(world),
    report: [...wrongReports(world), ...untrueOutcomes(world)],
  });
}

async function wrongBoot({ device, garbage }: DeviceWorld): Promise<string[]> {
  const control = await device?.home.control();
  const wrong = [...garbage, ...(device?.garbage ?? [])];
  if (control === undefined || device === undefined) return [...wrong, 'the boot control cannot be read'];
  if (control.trialSlot !== null) wrong.push(`slot ${control.trialSlot} is still on trial`);
  if (device.holds(control.defaultSlot) === undefined) wrong.push('what boots is not whole');
  return wrong;
}

function wrongVersion({ device, story }: DeviceWorld): string[] {
  const running = device?.application.running === true ? device.running : 'nothing';
  return running === story.endsOn ? [] : [`${running} runs, ${story.endsOn} was meant`];
}

/** What runs says what it is: neighbours and deltas go by that. */
async function wrongLabel({ machine, disk, device, story }: DeviceWorld): Promise<string[]> {
  const booted = device?.device.state?.booted;
  const said = booted === undefined ? undefined : (await machine.labels(disk))[booted]?.version;
  return said === story.endsOn ? [] : [`the label of what runs says ${said ?? 'nothing'}`];
}

/** @param mostUpdates that it may count; as many as it was offered by default */
function wrongReports({ server, story }: DeviceWorld, mostUpdates = offers(story)): string[] {
  const wrong: string[] = [];
  for (const { said, running } of server.reports) {
    const report = checkInSchema.parse(said);
    const { version } = report.slots[report.active];
    if (version !== running) wrong.push(`reported ${version}, but ${running} ran`);
    if (report.bootAttempts > 3) wrong.push(`reported ${report.bootAttempts} boot attempts`);
    if (report.updates > mostUpdates) wrong.push(`reported ${report.updates} updates`);
  }
  return wrong;
}

function offers({ offered, withdrawn }: DeviceWorld['story']): number {
  return offered.length + Number(withdrawn !== undefined);
}

function untrueOutcomes({ server }: DeviceWorld): string[] {
  return server.outcomes
    .filter(({ said, running }) => outcomeSchema.parse(said).running !== running)
    .map(({ said, running }) => `${said.kind} said that ${said.running} ran, but ${running} did`);
}

/** An outcome may be heard twice, in the same words; two of a kind are two updates. */
function repeatedOutcomes({ server }: DeviceWorld, mayRepeat: OutcomeKind | undefined): string[] {
  const wrong: string[] = [];
  const heard = new Map<string, string>();
  for (const { said: outcome } of server.outcomes) {
    const name = `${outcome.offer} ${outcome.kind}`;
    const words = JSON.stringify(outcome);
    if ((heard.get(name) ?? words) !== words && outcome.kind !== mayRepeat)
      wrong.push(`${name} was told twice, in different words`);
    heard.set(name, words);
  }
  return wrong;
}

function wrongEnd(world: DeviceWorld): string[] {
  const { server, story } = world;
  const wrong: string[] = [];
  for (const [index, { kind, outcome }] of story.offered.entries()) {
    const told = server.outcomes.filter(
      ({ said }) => said.offer === `r-${index + 1}.${kind === 'update' ? 'u1' : 'r1'}`,
    );
    const last = told.at(-1)?.said;
    if (last?.kind !== outcome)
      wrong.push(`offer ${index + 1} ended ${last?.kind ?? 'untold'} (${last?.because ?? 'no word'})`);
  }
  return [...wrong, ...wrongStand(world)];
}

/** How it stands in the end, and how it says that it does. */
function wrongStand({ server, story, device }: DeviceWorld): string[] {
  const wrong: string[] = [];
  const state = device?.device.state;
  if (state?.journal.intent !== null || state.journal.outbox.length > 0) wrong.push('not all has been told');
  const last = server.reports.at(-1)?.said;
  const slot = last?.slots[last.active];
  if (slot?.state !== 'confirmed' || slot.version !== story.endsOn)
    wrong.push(`the last report says ${slot?.version ?? 'nothing'}, ${slot?.state ?? 'unheard'}`);
  return wrong;
}
