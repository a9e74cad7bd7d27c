import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { targetsOf } from './targets.js';

/** The folder of the C++ sources, beside the TypeScript ones. */
const SOURCES = fileURLToPath(new URL('../../src', import.meta.url));

/**
 * Flags of every translation unit. Without contraction and without the liberties of -ffast-math,
 * every compiler computes the same bits.
 */
export const FLAGS: readonly string[] = [
  ...['-O3', '-std=c++17', '-fPIC', '-fvisibility=hidden', '-DNAPI_VERSION=8'],
  ...['-ffp-contract=off', '-fno-math-errno', '-fno-trapping-math'],
];

/** Flags of the kernels, which have no exceptions. */
export const KERNEL_FLAGS: readonly string[] = ['-fno-exceptions', '-fno-rtti'];

/**
 * Flags by which every warning is an error, where `$TRAINKIT_STRICT_COMPILER` is 1. A user's
 * compiler may be newer than this version, and know further warnings.
 */
export function strictFlags(): readonly string[] {
  return isStrict() ? ['-Wall', '-Wextra', '-Werror'] : [];
}

/**
 * Returns true where `$TRAINKIT_STRICT_COMPILER` is 1: then a failed compilation is an error of its
 * own.
 */
export function isStrict(): boolean {
  return process.env['TRAINKIT_STRICT_COMPILER'] === '1';
}

/**
 * The translation units: those of the runtime, compiled once, and those of the kernels, once for
 * each target.
 */
export function translationUnits(): { runtime: readonly string[]; kernels: readonly string[] } {
  return { runtime: sourcesIn('runtime', '.cc'), kernels: sourcesIn('kernels', '.cc') };
}

/** The text before the digest that every addon has in it. */
export const MARK = 'trainkit sources ';

/**
 * A digest of everything that an addon is made from, for all platforms: the C++ sources and the
 * compiler's flags.
 */
export function sourcesDigest(): string {
  const targets = [...targetsOf('x64'), ...targetsOf('arm64')].map(({ name, flags }) => [name, flags]);
  const hash = createHash('sha256').update(JSON.stringify([FLAGS, KERNEL_FLAGS, targets]));
  for (const folder of ['runtime', 'kernels']) {
    for (const extension of ['.cc', '.h']) {
      for (const path of sourcesIn(folder, extension)) {
        hash.update(path.slice(SOURCES.length)).update('\0').update(readFileSync(path)).update('\0');
      }
    }
  }
  return hash.digest('hex');
}

/** A digest of a source and of all files beside it that it includes, directly or by another. */
export function unitDigest(source: string): string {
  const hash = createHash('sha256');
  const seen = new Set<string>();
  const add = (path: string) => {
    if (seen.has(path)) return;
    seen.add(path);
    const text = readFileSync(path, 'utf8');
    hash.update(path.slice(SOURCES.length)).update('\0').update(text).update('\0');
    for (const [, included = ''] of text.matchAll(/^#include "(.+)"$/gm)) add(join(dirname(path), included));
  };
  add(source);
  return hash.digest('hex');
}

function sourcesIn(folder: string, extension: string): string[] {
  return readdirSync(join(SOURCES, folder))
    .filter((name) => name.endsWith(extension))
    .sort()
    .map((name) => join(SOURCES, folder, name));
}
