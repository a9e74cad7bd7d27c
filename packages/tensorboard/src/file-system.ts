import fs from 'node:fs';

/** The file functions that an event file needs: Node's own, or those of a test with a full disk. */
export type FileSystem = Pick<
  typeof fs,
  | 'close'
  | 'closeSync'
  | 'fdatasync'
  | 'fstatSync'
  | 'ftruncateSync'
  | 'mkdirSync'
  | 'openSync'
  | 'readdirSync'
  | 'rmSync'
  | 'statSync'
  | 'writeSync'
> & {
  write(
    descriptor: number,
    bytes: Uint8Array,
    offset: number,
    length: number,
    position: number,
    done: (error: Error | null, written: number) => void,
  ): void;
};

/** The disk. */
export const disk: FileSystem = fs;
