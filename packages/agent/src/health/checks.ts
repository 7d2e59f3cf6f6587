/** The health checks of a device, in the order in which they are named when they fail. */
import { execFile } from 'node:child_process';
import type { Environment } from '@tuesday/protocol';
import type { HealthInput } from '../core/types.ts';
import type { ApplicationPort } from './application.ts';

export interface CustomCheck {
  readonly command: string;
  readonly args: readonly string[];
  /** Real milliseconds; a command that takes longer has failed. */
  readonly timeoutMillis: number;
}

export interface CheckOptions {
  readonly application: Pick<ApplicationPort, 'running' | 'broker' | 'error' | 'mqttDownMillis'> &
    Partial<Pick<ApplicationPort, 'metrics'>>;
  /** Facts that the device knows about itself. */
  readonly environment: Environment;
  /** How long the MQTT session may be down before that counts, milliseconds. */
  readonly mqttGraceMillis: number;
  readonly custom?: CustomCheck | undefined;
}

/** process: it runs. error-code: it has raised none. mqtt: its session is up. custom: the command ends with 0. */
export async function checkHealth(options: CheckOptions): Promise<HealthInput> {
  const { application } = options;
  const errors = application.error === undefined ? [] : [application.error];
  const failing = firstFailing(options) ?? (await customFailing(options.custom));
  const { metrics } = application;
  const told = metrics === undefined ? {} : { metrics };
  const facts = { is: 'health', errors, environment: surroundings(options), ...told } as const;
  return failing === undefined ? { ...facts, ok: true } : { ...facts, ok: false, failing };
}

function firstFailing({ application, mqttGraceMillis }: CheckOptions): string | undefined {
  if (!application.running) return 'process';
  if (application.error !== undefined) return 'error-code';
  return application.mqttDownMillis > mqttGraceMillis ? 'mqtt' : undefined;
}

function surroundings({ application, environment }: CheckOptions): Environment {
  return application.broker === undefined ? environment : { ...environment, broker: application.broker };
}

function customFailing(custom: CustomCheck | undefined): Promise<string | undefined> {
  if (custom === undefined) return Promise.resolve(undefined);
  const { command, args, timeoutMillis } = custom;
  return new Promise((resolve) => {
    execFile(command, [...args], { timeout: timeoutMillis, killSignal: 'SIGKILL' }, (error) =>
      resolve(error === null ? undefined : 'custom'),
    );
  });
}
