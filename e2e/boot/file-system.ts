import { execFileSync } from 'node:child_process';

export interface FileSystemOptions {
  /** Folder with what it is to hold. */
  readonly tree: string;
  /** Written anew, sparse. */
  readonly file: string;
  readonly megabytes: number;
  readonly type: 'ext2' | 'ext4';
}

/** A file system with the content of a folder, in a file. Nothing is mounted, and nobody has to be root. */
export function makeFileSystem({ tree, file, megabytes, type }: FileSystemOptions): void {
  const args = ['-q', '-F', '-t', type, '-b', '4096', '-E', 'root_owner=0:0', '-d', tree, file];
  execFileSync('/sbin/mke2fs', [...args, `${megabytes}M`], { stdio: ['ignore', 'ignore', 'pipe'] });
}
