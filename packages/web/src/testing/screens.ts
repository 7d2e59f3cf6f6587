/** One address of every screen, with what is there when it is ready. A screen that is missing here does not compile. */
import type { Route } from '../route.ts';
import { ROLLOUT } from './story.ts';

export interface Looked {
  /** Of its pictures. */
  readonly name: string;
  readonly path: string;
  /** Words that are there when it is ready. */
  readonly ready: string;
  /** The file beside `screens.browser.test.ts` that holds it to the rules for everybody, with a story around it. */
  readonly by?: string;
}

/** join is for people who are not signed in yet; it is looked at on the doorstep. */
type Inside = Exclude<Route['screen'], 'join'>;

export const LOOKED: Readonly<Record<Inside, readonly Looked[]>> = {
  overview: [{ name: 'first-page', path: '/', ready: 'Rollouts', by: 'console' }],
  approvals: [{ name: 'approvals', path: '/approvals', ready: 'Waiting for you' }],
  approval: [
    { name: 'approval', path: '/approvals/a-41', ready: 'Different from the last plan' },
    { name: 'own-request', path: '/approvals/a-42', ready: 'nobody consents to what they asked for' },
  ],
  rollout: [{ name: 'draft', path: `/rollouts/${ROLLOUT}`, ready: 'Before it starts' }],
  wall: [
    { name: 'wall', path: '/wall', ready: 'Live' },
    { name: 'wall-rollout', path: `/wall/${ROLLOUT}`, ready: 'Live' },
  ],
  fleet: [{ name: 'fleet', path: '/fleet', ready: 'new since' }],
  devices: [{ name: 'devices', path: '/devices', ready: 'th-0025' }],
  device: [{ name: 'device', path: '/devices/th-0042', ready: 'Went back by itself' }],
  codes: [{ name: 'codes', path: '/codes', ready: 'Room sensor out of range' }],
  code: [
    { name: 'code', path: '/codes/0x45', ready: 'What each release said' },
    { name: 'stub', path: '/codes/0x77', ready: 'Nobody has said what it means' },
  ],
  incidents: [{ name: 'incidents', path: '/incidents', ready: 'Boilers are cold' }],
  incident: [{ name: 'incident', path: '/incidents/i-4f2a91c07be3', ready: 'Texts to send' }],
  recoveries: [{ name: 'recoveries', path: '/recoveries', ready: 'Two boilers in Ulm' }],
  recovery: [{ name: 'recovery', path: '/recoveries/rc-5d10c2e4a7f1', ready: 'Devices and their roads' }],
  'recovery-plan': [
    {
      name: 'recovery-plan',
      path: '/recoveries/new?incident=i-4f2a91c07be3',
      ready: 'Which roads are open',
    },
  ],
  rehearsal: [{ name: 'rehearsal-empty', path: '/rehearsal', ready: 'What if', by: 'rehearsal' }],
  'break-glass': [{ name: 'break-glass', path: '/break-glass', ready: 'Right to act alone' }],
  calendar: [{ name: 'calendar', path: '/calendar', ready: 'nobody on watch' }],
  settings: [
    { name: 'people', path: '/settings/people', ready: 'Erin Ward' },
    { name: 'tokens', path: '/settings/tokens', ready: 'build server' },
    { name: 'notifications', path: '/settings/notifications', ready: 'answered 503' },
    { name: 'policy', path: '/settings/policy', ready: '2 people start a rollout' },
    { name: 'addresses', path: '/settings/addresses', ready: 'Addresses' },
  ],
  account: [{ name: 'account', path: '/account', ready: 'Chrome 155 on Windows' }],
  audit: [{ name: 'audit', path: '/audit', ready: 'rollout: stage opened' }],
  releases: [{ name: 'release-list', path: '/releases', ready: '3.2.6', by: 'releases' }],
  release: [{ name: 'release-one', path: '/releases/3.2.6', ready: 'Test results', by: 'releases' }],
  publish: [{ name: 'publish-empty', path: '/releases/new', ready: 'Way back', by: 'releases' }],
  plan: [{ name: 'plan-new', path: '/rollouts/new', ready: 'Stages', by: 'plan' }],
  nowhere: [{ name: 'nowhere', path: '/no-such-page', ready: 'There is no such page' }],
};

export const SCREENS: readonly Looked[] = Object.values(LOOKED).flat();
