/** A device becomes one of the fleet while its power is cut, at a server that gives each id once for good. */
import { isRefused, refuse } from '@tuesday/protocol';
import { rememberedOrEnrolled } from '../../run/remembered.ts';
import { DeviceStorage } from '../../storage/device-storage.ts';
import { FOLDER } from '../device/home.ts';
import { defineLoop, ending } from './define-loop.ts';

interface EnrolmentWorld {
  /** Valid now; each enrolment ends the one before. */
  token: string | undefined;
  enrolments: number;
  /** The device has reported: from then on its id is taken. */
  reported: boolean;
  readonly wrong: string[];
}

export const enrolmentLoop = defineLoop<EnrolmentWorld>({
  name: 'a device enrols, and reports under the identity that it keeps',
  atLeastWrites: 4,
  prepare: () => Promise.resolve({ token: undefined, enrolments: 0, reported: false, wrong: [] }),
  async run(world, disk) {
    const storage = new DeviceStorage(FOLDER, disk);
    await storage.open();
    const identity = await rememberedOrEnrolled(storage, async () => {
      if (world.reported) return { refused: refuse('conflict', 'the id d-1 belongs to an enrolled device.') };
      world.enrolments += 1;
      world.token = `token ${world.enrolments}`;
      return { device: 'd-1', token: world.token };
    });
    if (isRefused(identity)) world.wrong.push(identity.refused.because);
    else if (identity.token !== world.token) world.wrong.push(`it reports under ${identity.token}`);
    else world.reported = true;
    // What a device writes after its first report: the power may go then, too.
    await storage.writeControl({ defaultSlot: 'a', trialSlot: null, attempts: 0 });
  },
  async judge({ wrong, reported, token }, disk) {
    const kept = await new DeviceStorage(FOLDER, disk).readIdentity();
    return ending({
      boot: kept === undefined ? ['the identity cannot be read'] : [],
      version: kept?.token === token ? [] : ['what is kept is not what is valid'],
      report: reported ? wrong : [...wrong, 'nothing was reported'],
    });
  },
});
