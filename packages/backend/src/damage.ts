import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { elfLength } from './elf.js';

/** A file that is shorter or longer than it was when it was provided; loading it may end the whole process. */
export interface DamagedFile {
  /** The file. */
  path: string;
  /** How many bytes it should have. */
  expected: number;
  /** How many it has; 0 where it is gone. */
  actual: number;
}

/** The record in a folder of the cache: what was installed there. */
export const RECORD = 'native.json';

/** What {@link RECORD} holds; an earlier release or a person may have left parts out. */
export interface NativeRecord {
  tensorflow?: string;
  tfjsNode?: string;
  /** When this version was last asked for, as ISO 8601 has it: the latest one is loaded. */
  chosen?: string;
  /** The length of every file, by its path in the folder. */
  sizes?: Record<string, number>;
}

/** The record of a folder of the cache; empty where there is none that can be read. */
export function readRecord(folder: string): NativeRecord {
  try {
    return (JSON.parse(readFileSync(join(folder, RECORD), 'utf8')) as NativeRecord | null) ?? {};
  } catch {
    return {};
  }
}

/** The length of every file below `folder`, by its path, for {@link RECORD}. */
export function fileSizes(folder: string): Record<string, number> {
  return Object.fromEntries(filesBelow(folder).map((name) => [name, sizeOf(join(folder, name))]));
}

/**
 * The files in a folder that are not as long as its record says; libraries and addons without a recorded size are
 * held against their own headers.
 */
export function damagedFiles(folder: string): DamagedFile[] {
  const sizes = readRecord(folder).sizes ?? {};
  const recorded = Object.entries(sizes).map(([name, expected]) => ({ name, expected }));
  const others = filesBelow(folder)
    .filter((name) => BINARY.test(name) && sizes[name] === undefined)
    .flatMap((name) => {
      const path = join(folder, name);
      const expected = elfLength(path);
      // What follows the last section is nobody's: longer is no damage.
      return expected === null || sizeOf(path) >= expected ? [] : [{ name, expected }];
    });
  return [...recorded, ...others]
    .map(({ name, expected }) => {
      const path = join(folder, name);
      return { path, expected, actual: sizeOf(path) };
    })
    .filter(({ expected, actual }) => expected !== actual);
}

/** One sentence without its full stop. */
export function damageText({ path, expected, actual }: DamagedFile): string {
  return `${path} is damaged: it has ${actual} of ${expected} bytes`;
}

const BINARY = /\.(node|so(\.\d+)*)$/;

function filesBelow(folder: string): string[] {
  try {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    return names.filter((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.isFile());
  } catch {
    return [];
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
