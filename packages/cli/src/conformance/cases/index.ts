import type { Case } from '../case.ts';
import { contactCases } from './contact.ts';
import { downloadCases } from './download.ts';
import { enrolmentCases } from './enrolment.ts';
import { mqttCases } from './mqtt.ts';
import { reportCases } from './reports.ts';
import { trialCases } from './trial.ts';
import { trustCases } from './trust.ts';

/** Every case, in the order of `--list`. */
export const CASES: readonly Case[] = [
  ...enrolmentCases,
  ...contactCases,
  ...downloadCases,
  ...trustCases,
  ...trialCases,
  ...reportCases,
  ...mqttCases,
];
