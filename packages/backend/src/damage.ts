import { statSync } from 'node:fs';
import { join } from 'node:path';
import { readIfPresent, writeWhole } from '@trainkit/checks/files';
import { elfLength } from '@trainkit/native/build';
import { namesIn } from './names-in.js';
import { digestOf } from './pins.js';

/**
 * A file that changed after it was provided. Loading a truncated library may end the whole process.
 */
export interface DamagedFile {
  /** The path of the file. */
  path: string;
  /** The expected number of bytes. */
  expected: number;
  /** The actual number of bytes; 0 if the file is gone. */
  actual: number;
  /** The expected and the actual SHA-256, if the length is right. */
  sha256?: { expected: string; actual: string } | undefined;
}

/** The name of the file in a cache folder that records the installed files. */
export const RECORD = 'native.json';

/** The contents of {@link RECORD}; an earlier release or a person may have left parts out. */
export interface NativeRecord {
  tensorflow?: string;
  tfjsNode?: string;
  /** The time of the last request for this version, in ISO 8601; the latest one is loaded. */
  chosen?: string;
  /** The length of every file, by its path in the folder. */
  sizes?: Record<string, number>;
  /** The SHA-256 of every file. */
  sha256?: Record<string, string>;
  /**
   * The modification time of every file when its SHA-256 was computed, in milliseconds; an
   * unchanged file is not read again.
   */
  modified?: Record<string, number>;
}

/**
 * Reads the record of a cache folder; returns an empty record if there is none, or if it is not
 * JSON.
 *
 * @throws Error if the record exists but cannot be read, since installed files must not be
 *   overwritten
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

/** Writes the record of a folder atomically, since two processes may write it at the same time. */
export function writeRecord(folder: string, record: NativeRecord): void {
  writeWhole(join(folder, RECORD), `${JSON.stringify(record, null, 2)}\n`);
}

/** The length, SHA-256 and modification time of every file below `folder`, for {@link RECORD}. */
export function fingerprints(folder: string): Pick<NativeRecord, 'sizes' | 'sha256' | 'modified'> {
  const names = filesBelow(folder);
  const each = <T>(of: (path: string) => T) =>
    Object.fromEntries(names.map((name) => [name, of(join(folder, name))]));
  return { sizes: fileSizes(folder), sha256: each((path) => digestOf(path)), modified: each(timeOf) };
}

/**
 * Compares every file of a folder with the SHA-256 of its record; TensorFlow's libraries take half
 * a second.
 *
 * If one differs, the record loses its times, so that {@link damagedFiles} finds the file from now
 * on.
 */
export function verifyFiles(folder: string): DamagedFile[] {
  const { modified: _, ...record } = readRecord(folder);
  const damaged = damagedFiles(folder, record);
  if (damaged.length > 0 && record.sha256 !== undefined) {
    try {
      writeRecord(folder, record);
    } catch {
      // The cache may be read-only; the caller is informed of the damage anyway.
    }
  }
  return damaged;
}

/** The length of every file below `folder`, by its path, for {@link RECORD}. */
export function fileSizes(folder: string): Record<string, number> {
  return Object.fromEntries(filesBelow(folder).map((name) => [name, sizeOf(join(folder, name))]));
}

/**
 * The files in a folder that differ from their record, by length, and by SHA-256 if the
 * modification time changed. Libraries and addons without a recorded size are compared with their
 * own ELF headers.
 */
export function damagedFiles(folder: string, record: NativeRecord = readRecord(folder)): DamagedFile[] {
  const sizes = record.sizes ?? {};
  const recorded = Object.entries(sizes).map(([name, expected]) => ({ name, expected }));
  const others = filesBelow(folder)
    .filter((name) => BINARY.test(name) && sizes[name] === undefined)
    .flatMap((name) => {
      const path = join(folder, name);
      const expected = elfLength(path);
      // Bytes after the last section belong to nothing, so a longer file is not damaged.
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

/** The damage in one sentence, without its full stop. */
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
