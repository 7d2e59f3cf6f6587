/** Values without a name are called what their broker says that it is: it is brought up once, and asked. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { toMillis } from '@tuesday/protocol';
import { bringUp, identify } from '../bring-up/bring-up.ts';
import type { Place } from '../bring-up/service.ts';
import { brokerDimension } from '../file/matrix-file.ts';
import { normaliserOf } from '../file/normaliser.ts';
import { type MatrixValue, nameBefore } from '../file/value.ts';
import type { FileDimension } from '../plan/values.ts';
import type { RunSetting } from './setting.ts';

export interface AskedValue {
  /** As cells call it. */
  readonly name: string;
  readonly value: MatrixValue;
  /** Among the values of the dimension in the file. */
  readonly index: number;
  /** Why it could not be asked; its cells will say so, too. */
  readonly trouble: string | undefined;
}

const VERSION_MILLIS = 10_000;

export interface AskSetting extends Pick<RunSetting, 'file' | 'fileFolder' | 'cache' | 'env'> {
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly started: (mark: string) => void;
  readonly onAsking?: (value: string) => void;
}

/** The values of the broker's dimension, each name once. */
export async function askValues(setting: AskSetting): Promise<AskedValue[]> {
  const { values = [], normalise } = brokerDimension(setting.file);
  const asked = await Promise.all(
    values.map(async (value, index) => {
      if (value.value !== undefined) {
        return { name: normaliserOf(normalise)(value.value), value, index, trouble: undefined };
      }
      setting.onAsking?.(nameBefore(value));
      try {
        return { name: await ask(value, index, setting), value, index, trouble: undefined };
      } catch (error) {
        setting.signal.throwIfAborted();
        return { name: nameBefore(value), value, index, trouble: (error as Error).message };
      }
    }),
  );
  return asked.filter(({ name }, index) => asked.findIndex((other) => other.name === name) === index);
}

async function ask(value: MatrixValue, index: number, setting: AskSetting): Promise<string> {
  const folder = join(setting.folder, `asked-${index}`);
  await mkdir(folder, { recursive: true });
  const place: Place = {
    ...setting,
    folder,
    env: { ...setting.env, MATRIX_DIR: setting.fileFolder },
    log: () => undefined,
    limitMillis: toMillis(setting.file.limits.bringUp),
  };
  const service = await bringUp(value, place);
  try {
    const normalise = normaliserOf(brokerDimension(setting.file).normalise);
    return await identify(value, service, normalise, VERSION_MILLIS);
  } finally {
    await service.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The dimensions of the file with the names that they have now; the run's own hardware is the only one it can test. */
export function dimensionsNow(
  setting: Pick<RunSetting, 'file'>,
  asked: readonly AskedValue[],
  hardware?: string,
): FileDimension[] {
  const broker = brokerDimension(setting.file).name;
  return setting.file.dimensions.map(({ name, values, normalise }) => {
    if (name === broker)
      return { name, values: asked.map((one) => ({ value: one.name, always: one.value.always })) };
    if (name === 'hardware' && hardware !== undefined)
      return { name, values: [{ value: hardware, always: true }] };
    const normaliser = normaliserOf(normalise);
    return {
      name,
      values: values?.map((one) => ({ value: normaliser(one.value as string), always: one.always })),
    };
  });
}
