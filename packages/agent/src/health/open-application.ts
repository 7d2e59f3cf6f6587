/** The firmware by its section of the configuration. */
import { type ErrorCode, type OrRefused, refuse, type SlotName } from '@tuesday/protocol';
import {
  Application,
  type ApplicationOptions,
  type ApplicationPort,
  errorCodeOf,
  programIn,
} from './application.ts';
import type { ApplicationConfig } from './application-config.ts';
import { seeProcess } from './external.ts';
import { type RunCommand, runCommand } from './run-command.ts';
import { seeUnit, startUnit, stopUnit, unitOf } from './unit.ts';
import { WatchedApplication } from './watched.ts';

export interface Surroundings extends Omit<ApplicationOptions, 'program'> {
  /** The module that a slot holds; absent where slots are whole systems. */
  readonly program?: ((slot: SlotName) => string) | undefined;
  readonly run?: RunCommand;
}

/** Slots that hold a program start it; where the whole system is a slot, its boot has started the firmware. */
export function usualApplication(program: Surroundings['program']): ApplicationConfig {
  return program === undefined ? { kind: 'external', pollMillis: 5_000 } : { kind: 'process' };
}

/** @returns refused `config-invalid` when the slots hold nothing that could be started */
export function openApplication(
  config: ApplicationConfig,
  around: Surroundings,
): OrRefused<{ application: ApplicationPort }> {
  const { program, run = runCommand, clock, onStarted, onExit } = around;
  const told = { clock, onStarted, onExit };
  switch (config.kind) {
    case 'process': {
      if (program === undefined) return { refused: NOTHING_TO_START };
      return { application: new Application({ ...around, program: (slot) => programIn(program(slot)) }) };
    }
    case 'program': {
      const fixed = { command: config.command, args: config.args };
      return { application: new Application({ ...around, program: () => fixed }) };
    }
    case 'unit': {
      let unit = unitOf(config.unit, 'a');
      return {
        application: new WatchedApplication({
          ...told,
          pollMillis: config.pollMillis,
          start: (slot) => startUnit((unit = unitOf(config.unit, slot)), run),
          stop: () => void stopUnit(unit, run),
          see: () => seeUnit(unit, run),
          errorCodeOf,
        }),
      };
    }
    case 'external':
      return {
        application: new WatchedApplication({
          ...told,
          pollMillis: config.pollMillis,
          start: () => Promise.resolve(),
          stop: () => undefined,
          see: () => seeProcess(config.pidFile),
          errorCodeOf: (): ErrorCode | undefined => undefined,
        }),
      };
    default:
      return config satisfies never;
  }
}

const NOTHING_TO_START = refuse(
  'config-invalid',
  'application.kind: the slots of this boot loader hold whole systems, no program to start.',
  { field: 'application.kind', try: 'use unit, external or program' },
);
