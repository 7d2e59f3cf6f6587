import type { Command } from 'commander';
import { group } from '../command.ts';
import { matrixKeyCommand } from './matrix-key.ts';
import { matrixPlanCommand } from './matrix-plan.ts';
import { matrixReportCommand } from './matrix-report.ts';
import { matrixRunCommand } from './matrix-run.ts';

export function matrixGroup(): Command {
  return group('matrix', 'Test a release in the environments that the fleet has', [
    matrixPlanCommand(),
    matrixRunCommand(),
    matrixReportCommand(),
    matrixKeyCommand(),
  ]);
}
