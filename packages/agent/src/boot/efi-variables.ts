/** What systemd-boot tells the system by EFI variables (systemd, "The Boot Loader Interface"). Read only. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const VENDOR = '4a67b082-0a4c-41cf-b6c7-440b29bb8c4f';
/** The kernel puts the attributes of a variable before its value. */
const ATTRIBUTE_BYTES = 4;

/**
 * @param folder where the kernel shows the variables, `/sys/firmware/efi/efivars`
 * @returns undefined when it is not set
 */
export async function loaderVariable(folder: string, name: string): Promise<string | undefined> {
  const bytes = await readFile(join(folder, `${name}-${VENDOR}`)).catch(() => undefined);
  if (bytes === undefined || bytes.length <= ATTRIBUTE_BYTES) return undefined;
  return bytes.subarray(ATTRIBUTE_BYTES).toString('utf16le').replace(/\0+$/, '');
}
