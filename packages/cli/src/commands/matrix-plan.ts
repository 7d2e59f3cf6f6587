import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { InventoryView } from '@tuesday/protocol';
import type { Command } from 'commander';
import envPaths from 'env-paths';
import { does, leaf, type Running } from '../command.ts';
import { UsageFault } from '../failures.ts';
import { findInventory, type InventoryFlags } from '../matrix/inventory-source.ts';
import { readMatrixFile } from '../matrix/matrix-file.ts';
import { planTable } from '../matrix/plan-table.ts';
import { say } from '../output.ts';

interface Flags extends InventoryFlags {
  file: string;
  hardware?: string;
  /** `--no-inventory` */
  all?: boolean;
  cache?: string;
}

export function matrixPlanCommand(): Command {
  return does<Flags>(
    leaf('plan', 'Propose the cells to test, from what the fleet consists of now', [
      'matrix plan --file examples/thermostat/matrix.yaml',
      'matrix plan --file matrix.yaml --inventory inventory.json --json',
      'matrix plan --file matrix.yaml --all',
    ])
      .requiredOption('--file <file>', 'matrix.yaml of the firmware')
      .option('--inventory <file>', 'inventory (JSON) instead of the control plane’s fleet')
      .option('--all', 'every value of the file, whatever the fleet consists of')
      .option('--hardware <model>', 'the only hardware model that is tested')
      .option('--cache <folder>', 'where downloaded brokers are kept'),
    async (run) => {
      const { askValues, dimensionsNow, inherited, proposeCells, TooManyCells } =
        await import('@tuesday/matrix');
      const file = await readMatrixFile(run.flags.file);
      const inventory = await inventoryOf(run);
      const folder = await mkdtemp(join(tmpdir(), 'tuesday-matrix-'));
      try {
        const asked = await askValues({
          file,
          folder,
          fileFolder: dirname(resolve(run.flags.file)),
          cache: resolve(run.flags.cache ?? join(envPaths('tuesday', { suffix: '' }).cache, 'matrix')),
          env: inherited(process.env),
          signal: new AbortController().signal,
          started: () => undefined,
          onAsking: (value) => say(`asking ${value} what it is`),
        });
        for (const { name, trouble } of asked) if (trouble !== undefined) say(`${name}: ${trouble}`);
        run.show(
          proposeCells(dimensionsNow({ file }, asked, run.flags.hardware), inventory, file.plan),
          planTable,
        );
      } catch (error) {
        if (error instanceof TooManyCells) throw new UsageFault(`${run.flags.file}: ${error.message}`);
        throw error;
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  );
}

async function inventoryOf(run: Running<Flags>): Promise<InventoryView | undefined> {
  return run.flags.all ? undefined : findInventory(run);
}
