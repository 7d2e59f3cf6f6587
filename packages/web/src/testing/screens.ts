/** One address of every screen for people and time, with what is there when it is ready. */
import { ROLLOUT } from './story.ts';

export interface Looked {
  /** Of its pictures. */
  readonly name: string;
  readonly path: string;
  /** Words that are there when it is ready. */
  readonly ready: string;
}

export const SCREENS: readonly Looked[] = [
  { name: 'approvals', path: '/approvals', ready: 'Waiting for you' },
  { name: 'approval', path: '/approvals/a-41', ready: 'Different from the last plan' },
  { name: 'own-request', path: '/approvals/a-42', ready: 'nobody consents to what they asked for' },
  { name: 'draft', path: `/rollouts/${ROLLOUT}`, ready: 'Before it starts' },
  { name: 'fleet', path: '/fleet', ready: 'new since' },
  { name: 'devices', path: '/devices', ready: 'th-0025' },
  { name: 'device', path: '/devices/th-0042', ready: 'Went back by itself' },
  { name: 'codes', path: '/codes', ready: 'Room sensor out of range' },
  { name: 'code', path: '/codes/0x45', ready: 'What each release said' },
  { name: 'stub', path: '/codes/0x77', ready: 'Nobody has said what it means' },
  { name: 'incidents', path: '/incidents', ready: 'Boilers are cold' },
  { name: 'incident', path: '/incidents/i-4f2a91c07be3', ready: 'Texts to send' },
  { name: 'recoveries', path: '/recoveries', ready: 'Two boilers in Ulm' },
  { name: 'recovery', path: '/recoveries/rc-5d10c2e4a7f1', ready: 'Devices and their roads' },
  {
    name: 'recovery-plan',
    path: '/recoveries/new?incident=i-4f2a91c07be3',
    ready: 'Which roads are open',
  },
  { name: 'break-glass', path: '/break-glass', ready: 'Right to act alone' },
  { name: 'calendar', path: '/calendar', ready: 'nobody on watch' },
  { name: 'people', path: '/settings/people', ready: 'Erin Ward' },
  { name: 'tokens', path: '/settings/tokens', ready: 'build server' },
  { name: 'notifications', path: '/settings/notifications', ready: 'answered 503' },
  { name: 'policy', path: '/settings/policy', ready: '2 people start a rollout' },
  { name: 'account', path: '/account', ready: 'Chrome 155 on Windows' },
  { name: 'audit', path: '/audit', ready: 'rollout: stage opened' },
];
