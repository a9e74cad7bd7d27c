import { statSync } from 'node:fs';
import { join } from 'node:path';
import { readIfPresent, writeWhole } from '@trainkit/checks/files';
import { elfLength } from '@trainkit/native/build';
import { namesIn } from './names-in.js';
import { digestOf } from './pins.js';

/** A file that is not as it was when it was provided; loading half a library may end the whole process. */
export interface DamagedFile {
  /** The file. */
  path: string;
  /** How many bytes it should have. */
  expected: number;
  /** How many it has; 0 where it is gone. */
  actual: number;
  /** The SHA-256 that it should have and that it has, where its length is right. */
  sha256?: { expected: string; actual: string } | undefined;
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
  /** The SHA-256 of every file. */
  sha256?: Record<string, string>;
  /** The time of every file when that was computed, in milliseconds: one that still has it is not read again. */
  modified?: Record<string, number>;
}

/**
 * The record of a folder of the cache; empty where there is none, and where it is no JSON.
 *
 * @throws Error where it cannot be read: what is there must not be provided anew over it
 */
export function readRecord(folder: string): NativeRecord {
  const bytes = readIfPresent(join(folder, RECORD));
  if (bytes === null) return {};
  try {
    return (JSON.parse(new TextDecoder().decode(bytes)) as NativeRecord | null) ?? {};
  } catch {
    return {};
  }
}

/** Writes the record of a folder, whole or not at all: two processes may do it at once. */
export function writeRecord(folder: string, record: NativeRecord): void {
  writeWhole(join(folder, RECORD), `${JSON.stringify(record, null, 2)}\n`);
}

/** Length, SHA-256 and time of every file below `folder`, for {@link RECORD}. */
export function fingerprints(folder: string): Pick<NativeRecord, 'sizes' | 'sha256' | 'modified'> {
  const names = filesBelow(folder);
  const each = <T>(of: (path: string) => T) =>
    Object.fromEntries(names.map((name) => [name, of(join(folder, name))]));
  return { sizes: fileSizes(folder), sha256: each((path) => digestOf(path)), modified: each(timeOf) };
}

/**
 * Compares every file of a folder with the SHA-256 of its record: half a second for TensorFlow's libraries.
 *
 * Where one differs the record loses its times, so that {@link damagedFiles} finds it from now on.
 */
export function verifyFiles(folder: string): DamagedFile[] {
  const { modified: _, ...record } = readRecord(folder);
  const damaged = damagedFiles(folder, record);
  if (damaged.length > 0 && record.sha256 !== undefined) {
    try {
      writeRecord(folder, record);
    } catch {
      // A cache that is only read: the caller knows of the damage all the same.
    }
  }
  return damaged;
}

/** The length of every file below `folder`, by its path, for {@link RECORD}. */
export function fileSizes(folder: string): Record<string, number> {
  return Object.fromEntries(filesBelow(folder).map((name) => [name, sizeOf(join(folder, name))]));
}

/**
 * The files in a folder that are not as its record says: by their length, and by their SHA-256 where their time is another
 * than when that was computed. Libraries and addons without a recorded size are held against their own headers.
 */
export function damagedFiles(folder: string, record: NativeRecord = readRecord(folder)): DamagedFile[] {
  const sizes = record.sizes ?? {};
  const recorded = Object.entries(sizes).map(([name, expected]) => ({ name, expected }));
  const others = filesBelow(folder)
    .filter((name) => BINARY.test(name) && sizes[name] === undefined)
    .flatMap((name) => {
      const path = join(folder, name);
      const expected = elfLength(path);
      // What follows the last section is nobody's: longer is no damage.
      return expected === null || sizeOf(path) >= expected ? [] : [{ name, expected }];
    });
  return [...recorded, ...others].flatMap(({ name, expected }) => {
    const path = join(folder, name);
    const actual = sizeOf(path);
    if (expected !== actual) return [{ path, expected, actual }];
    const hash = record.sha256?.[name];
    if (hash === undefined || timeOf(path) === record.modified?.[name]) return [];
    const found = digestOf(path);
    return found === hash ? [] : [{ path, expected, actual, sha256: { expected: hash, actual: found } }];
  });
}

/** One sentence without its full stop. */
export function damageText({ path, expected, actual, sha256 }: DamagedFile): string {
  if (sha256 !== undefined)
    return `${path} is damaged: its SHA-256 is ${sha256.actual}, and was ${sha256.expected} when it was provided`;
  return `${path} is damaged: it has ${actual} of ${expected} bytes`;
}

const BINARY = /\.(node|so(\.\d+)*)$/;

function filesBelow(folder: string): string[] {
  const names = namesIn(folder, { recursive: true });
  return names.filter((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.isFile());
}

function timeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
