/** A machine of files with an SWUpdate of its own, and a boot loader with the rule of GRUB's script. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SlotName } from '@tuesday/protocol';
import { grubBlockOf } from '../../boot/grub-env.ts';
import { pretendGrub } from '../../boot/testing/pretend-boot-loaders.ts';
import { realDisk } from '../../storage/disk.ts';
import { drainStatus } from '../swupdate-status.ts';
import { makeSigner, type Signer } from './signers.ts';
import type { BundleFacts } from './real-rauc.ts';
import { Started, until } from './started.ts';

export const SELECT = { a: 'stable,copy1', b: 'stable,copy2' } as const;
const SIZE = 65_536;

export class SwupdateMachine {
  readonly folder: string;
  readonly signer: Signer;
  readonly stranger: Signer;
  #daemon: Started | undefined;
  #images = 0;

  constructor(folder: string) {
    this.folder = folder;
    this.signer = makeSigner(folder, 'signer');
    this.stranger = makeSigner(folder, 'stranger');
    for (const slot of ['a', 'b']) writeFileSync(this.at(slot), Buffer.alloc(SIZE));
    mkdirSync(this.at('run'));
    writeFileSync(this.at('cmdline'), 'tuesday.slot=a');
    writeFileSync(this.at('grubenv'), grubBlockOf(new Map([['default_slot', 'a']])));
  }

  at(name: string): string {
    return join(this.folder, name);
  }

  /** @returns the slot that it starts */
  async bootLoader(): Promise<SlotName> {
    const slot = await pretendGrub(realDisk, this.at('grubenv'))(3);
    writeFileSync(this.at('cmdline'), `tuesday.slot=${slot}`);
    return slot;
  }

  async start(): Promise<void> {
    const selections = Object.values(SELECT).flatMap((select) => ['-q', select]);
    const keys = ['-k', this.signer.certificate, '-H', 'th-1:1.0'];
    this.#daemon = new Started(['swupdate', '-v', ...keys, ...selections], this.at('swupdate.log'), {
      TMPDIR: this.at('run'),
    });
    const rests = () =>
      drainStatus(this.at('run/sockinstctrl')).then(
        ({ idle }) => idle,
        () => false,
      );
    await until(rests);
  }

  async stop(): Promise<void> {
    await this.#daemon?.end();
  }

  /** @returns the file */
  bundle({ version, image, compatible = '1.0', signer = this.signer }: BundleFacts): string {
    const content = this.at(`content-${++this.#images}`);
    mkdirSync(content);
    writeFileSync(join(content, 'rootfs.img'), image);
    // An installation stands still for as long as the file `hold` is there.
    const hold = `#!/bin/sh\nwhile [ -e ${this.at('hold')} ]; do touch ${this.at('held')}; sleep 0.02; done\n`;
    writeFileSync(join(content, 'hold.sh'), hold);
    writeFileSync(join(content, 'sw-description'), this.#description(version, compatible, image, hold));
    const sign = [
      '-signer',
      signer.certificate,
      '-inkey',
      signer.key,
      '-outform',
      'DER',
      '-nosmimecap',
      '-binary',
    ];
    const files = ['-in', 'sw-description', '-out', 'sw-description.sig'];
    execFileSync('openssl', ['cms', '-sign', ...files, ...sign], { cwd: content, stdio: 'pipe' });
    const names = 'sw-description\nsw-description.sig\nhold.sh\nrootfs.img\n';
    const archive = execFileSync('cpio', ['-o', '-H', 'crc', '--quiet'], { cwd: content, input: names });
    const file = this.at(`${this.#images}.swu`);
    writeFileSync(file, archive);
    return file;
  }

  /** What GRUB and SWUpdate find there. */
  grubenv(): string {
    return readFileSync(this.at('grubenv'), 'latin1');
  }

  #description(version: string, compatible: string, image: Buffer, hold: string): string {
    const digest = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');
    const copy = (slot: SlotName) => `{
      images: ( { filename = "rootfs.img"; type = "raw"; device = "${this.at(slot)}"; sha256 = "${digest(image)}"; } );
      scripts: ( { filename = "hold.sh"; type = "preinstall"; sha256 = "${digest(hold)}"; } );
    };`;
    return `software = {
  version = "${version}";
  hardware-compatibility: [ "${compatible}" ];
  stable = { copy1: ${copy('a')} copy2: ${copy('b')} };
}
`;
  }
}
