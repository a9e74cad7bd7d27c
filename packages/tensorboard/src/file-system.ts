import fs from 'node:fs';

/** What an event file needs of the disk: Node's own functions, or those of a test whose disk is full. */
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
