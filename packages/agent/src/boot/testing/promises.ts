/** What every back-end promises, for the log and for `docs/boot.md`. */
import type { BootPromises } from '../boot-port.ts';
import { RAUC_PROMISES } from '../../installers/rauc-store.ts';
import { swupdatePromises } from '../../installers/open-swupdate.ts';
import { GRUB_PROMISES } from '../grub-env.ts';
import { PROCESS_PROMISES } from '../process-boot.ts';
import { SYSTEMD_BOOT_PROMISES } from '../systemd-boot.ts';
import { ubootEnvPromises } from '../uboot-env.ts';
import { UBOOT_SECTOR_PROMISES } from '../uboot-sector.ts';

export const ALL_PROMISES: readonly (readonly [string, BootPromises])[] = [
  ['`process` (the default)', PROCESS_PROMISES],
  ['`u-boot-sector`', UBOOT_SECTOR_PROMISES],
  ['`u-boot-environment`, two copies', ubootEnvPromises(2)],
  ['`u-boot-environment`, one copy', ubootEnvPromises(1)],
  ['`grub`', GRUB_PROMISES],
  ['`systemd-boot`', SYSTEMD_BOOT_PROMISES],
  ['`rauc`', RAUC_PROMISES],
  ['`swupdate`, GRUB', swupdatePromises(GRUB_PROMISES)],
];

/** The table of `docs/boot.md`, between its two marks. */
export function promisesTable(): string {
  const mark = (yes: boolean) => (yes ? 'yes' : 'no');
  const rows = ALL_PROMISES.map(
    ([name, { countsWithoutAgent, atomicWrite, wholeMachine, cannot }]) =>
      `| ${name} | ${mark(countsWithoutAgent)} | ${mark(atomicWrite)} | ${mark(wholeMachine)} | ${cannot.join('<br>')} |`,
  );
  const head = '| back-end | counts without the agent | atomic write | whole machine | cannot promise |';
  return [head, '|---|---|---|---|---|', ...rows].join('\n');
}
