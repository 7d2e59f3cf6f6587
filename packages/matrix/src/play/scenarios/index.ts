/** Every scenario by its name. */
import type { ScenarioName } from '../../file/scenario-name.ts';
import type { Scene } from '../scene.ts';
import { brokerRestartScenario } from './broker-restart.ts';
import { clockStepScenario } from './clock-step.ts';
import { connectScenario } from './connect.ts';
import { halfOpenScenario } from './half-open.ts';
import { keepAliveScenario } from './keep-alive.ts';
import { largeMessageScenario } from './large-message.ts';
import { networkLossScenario } from './network-loss.ts';
import { publishScenario } from './publish.ts';
import { soakScenario } from './soak.ts';

/**
 * Resolves when the release kept the health contract.
 *
 * Throws `Failed` when it did not, `Unsupported` when it cannot be played, and anything else when nothing was learned.
 */
export type Scenario = (scene: Scene) => Promise<void>;

export const SCENARIOS: Readonly<Record<ScenarioName | 'soak', Scenario>> = {
  connect: connectScenario,
  publish: publishScenario,
  'broker-restart': brokerRestartScenario,
  'network-loss': networkLossScenario,
  'half-open': halfOpenScenario,
  'large-message': largeMessageScenario,
  'keep-alive': keepAliveScenario,
  'clock-step': clockStepScenario,
  soak: soakScenario,
};
