/** YAML files with errors that name file, line, field and what was expected. */
import { readFile } from 'node:fs/promises';
import {
  checkYaml,
  type FileSchema,
  type KnownKeys,
  openYamlText,
  type YamlText,
} from '@tuesday/protocol/files';
import { UsageFault } from './failures.ts';

export type { FileSchema, KnownKeys };

/** A file as it stands, before anything is asked of it. */
export interface YamlFile extends YamlText {
  readonly file: string;
}

/** Most problems that are named at once. */
const NAMED = 10;

/** @throws UsageFault when the file cannot be read, or is no YAML: `plan.yaml:7: …` */
export async function openYamlFile(file: string): Promise<YamlFile> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new UsageFault(`${file}: cannot be read: ${(cause as Error).message}`);
  });
  const yaml = openYamlText(text);
  if ('broken' in yaml) throw new UsageFault(`${file}:${yaml.broken.line}: ${yaml.broken.message}`);
  return { file, ...yaml };
}

/** @throws UsageFault with one line a problem: `plan.yaml:7: stages.1.share: must rise: 0.1 after 0.1` */
export async function readYamlFile<T>(
  file: string,
  schema: FileSchema<T>,
  known: readonly KnownKeys[],
): Promise<T> {
  const checked = checkYaml(await openYamlFile(file), schema, known);
  if (checked.problems === undefined) return checked.data;
  throw new UsageFault(
    ...checked.problems.slice(0, NAMED).map(({ line, message }) => `${file}:${line}: ${message}`),
  );
}
