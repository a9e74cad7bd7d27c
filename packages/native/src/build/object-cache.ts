import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { isPresent, writeWhole } from '@trainkit/checks/files';
import { checkKind } from './check-kind.js';
import type { Compiler } from './compiler.js';
import { unitDigest } from './sources.js';

/** The folder of object files in the cache folder. */
const FOLDER = 'objects';

/** The age from which object files that nobody has used are removed. */
const OLD_MS = 30 * 24 * 60 * 60 * 1000;

/** An object file, as the compiler makes it from one translation unit. */
export interface ObjectFile {
  /** The path of the source. */
  source: string;
  /** The arguments that decide what the compiler makes of it, without paths. */
  flags: readonly string[];
}

/**
 * Object files of earlier compilations, by a digest of the source, of all that it includes, of the
 * flags and of the compiler's version: another version of this package compiles again what it has
 * changed.
 */
export class ObjectCache {
  readonly #folder: string;
  readonly #compiler: Compiler;

  constructor(root: string, compiler: Compiler) {
    this.#folder = join(root, FOLDER);
    this.#compiler = compiler;
    checkKind(this.#folder, 'folder');
    mkdirSync(this.#folder, { recursive: true });
  }

  /**
   * The path of an object file, which may not be there yet.
   *
   * @throws Error where a folder has the path
   */
  pathOf({ source, flags }: ObjectFile): string {
    const { compiler, args = [], version } = this.#compiler;
    const key = JSON.stringify([compiler, args, version, flags, unitDigest(source)]);
    const path = join(this.#folder, `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.o`);
    checkKind(path, 'file');
    return path;
  }

  /** Copies an object file to `path` where it is in the cache; returns false otherwise. */
  take(object: ObjectFile, path: string): boolean {
    const cached = this.pathOf(object);
    if (!isPresent(cached)) return false;
    copyFileSync(cached, path);
    utimesSync(cached, new Date(), new Date());
    return true;
  }

  /** Keeps the object file at `path`, whole or not at all. */
  keep(object: ObjectFile, path: string): void {
    writeWhole(this.pathOf(object), readFileSync(path));
  }

  /** Removes object files that nobody has used for 30 days. */
  removeOld(now: number = Date.now()): void {
    for (const name of readdirSync(this.#folder)) {
      const path = join(this.#folder, name);
      const used = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? now;
      if (now - used >= OLD_MS) rmSync(path, { recursive: true, force: true });
    }
  }
}
