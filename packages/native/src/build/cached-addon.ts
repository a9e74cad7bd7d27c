import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { readIfPresent, writeWhole } from '@trainkit/checks/files';
import { checkKind } from './check-kind.js';
import { usesMusl } from './elf.js';
import { ADDON } from './prebuilt.js';
import { strictFlags } from './sources.js';
import { ownTargets, type Target } from './targets.js';

/** The record beside a compiled addon. */
const RECORD = 'build.json';

/** The name of a folder with a compiled addon. */
const FOLDER = /^native-[0-9a-f]{16}$/;

const DAY_MS = 24 * 60 * 60 * 1000;

/** The age from which addons of other sources are removed from the cache folder. */
const OLD_MS = 30 * DAY_MS;

/** The record of a compiled addon. */
interface BuildRecord {
  /** The version that the compiler states. */
  compiler: string;
  /** The SHA-256 of the addon. */
  sha256: string;
}

/** An addon in the cache folder. */
export interface CachedAddon {
  /** The file. */
  path: string;
  /** The version of the compiler that made it. */
  compiler: string;
}

/**
 * The name of the folder of an addon compiled from sources with this digest for these instruction
 * sets. `$CXX` takes part, so that each compiler that a person names makes an addon of its own.
 */
export function cacheName(digest: string, targets: readonly Target[] = ownTargets()): string {
  const libc = process.platform === 'linux' && usesMusl() ? 'musl' : '';
  const names = targets.map(({ name }) => name).join();
  const { platform, arch, env } = process;
  const key = [digest, platform, arch, libc, names, env['CXX'] ?? '', strictFlags().join()].join('\0');
  return `native-${createHash('sha256').update(key).digest('hex').slice(0, 16)}`;
}

/**
 * The addon in a folder of the cache, where it is as it was when it was compiled. Loading one that
 * was cut off would end the process by SIGBUS, so its SHA-256 is compared each time: a millisecond.
 *
 * @throws Error where a file has the folder's name, or a folder that of a file in it
 */
export function findCached(folder: string): CachedAddon | undefined {
  const path = join(folder, ADDON);
  checkKind(folder, 'folder');
  for (const name of [ADDON, RECORD]) checkKind(join(folder, name), 'file');
  const { compiler, sha256 } = readRecord(folder);
  const addon = sha256 === undefined ? null : readIfPresent(path);
  if (addon === null || compiler === undefined || sha256Of(addon) !== sha256) return undefined;
  keepFresh(join(folder, RECORD));
  return { path, compiler };
}

/** Writes the record of an addon that was just compiled into a folder. */
export function recordBuild(folder: string, compiler: string): void {
  const record: BuildRecord = { compiler, sha256: sha256Of(readFileSync(join(folder, ADDON))) };
  writeWhole(join(folder, RECORD), `${JSON.stringify(record, null, 2)}\n`);
}

/** Removes addons that nobody has used for 30 days, except the one in the folder of this name. */
export function removeOldBuilds(root: string, current: string, now: number = Date.now()): void {
  for (const name of readdirSync(root).filter((entry) => FOLDER.test(entry) && entry !== current)) {
    const folder = join(root, name);
    const used = [folder, join(folder, RECORD)].map(
      (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0,
    );
    if (now - Math.max(...used) < OLD_MS) continue;
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // Windows keeps an addon that a process has loaded. It stays until a later removal.
    }
  }
}

function readRecord(folder: string): Partial<BuildRecord> {
  const bytes = readIfPresent(join(folder, RECORD));
  if (bytes === null) return {};
  try {
    return (JSON.parse(new TextDecoder().decode(bytes)) as Partial<BuildRecord> | null) ?? {};
  } catch {
    return {};
  }
}

/** The time of the record is the day when the addon was last used. */
function keepFresh(record: string): void {
  try {
    if (Date.now() - statSync(record).mtimeMs > DAY_MS) utimesSync(record, new Date(), new Date());
  } catch {
    // A cache folder that is only read: nobody removes anything there.
  }
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
