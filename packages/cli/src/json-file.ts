/** JSON files with errors that name file and field. */
import { readFile } from 'node:fs/promises';
import { UsageFault } from './failures.ts';
import type { FileSchema } from './yaml-file.ts';

/** @throws UsageFault with one line a problem: `results.json: predicate.cells: expected array` */
export async function readJsonFile<T>(file: string, schema: FileSchema<T>): Promise<T> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new UsageFault(`${file}: cannot be read: ${(cause as Error).message}`);
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new UsageFault(`${file}: is not JSON: ${(cause as Error).message}`);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new UsageFault(
    ...parsed.error.issues
      .slice(0, 10)
      .map(({ path, message }) => `${file}: ${path.map(String).join('.')}: ${message}`),
  );
}
