import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the C++ sources, beside the TypeScript ones. */
const SOURCES = fileURLToPath(new URL('../../src', import.meta.url));

/** An instruction set that the kernels are compiled for. */
export interface Target {
  /** The name, as the sources have it. */
  name: 'avx512' | 'avx2' | 'neon';
  /** The compiler's flags. */
  flags: readonly string[];
}

const TARGETS: Partial<Record<NodeJS.Architecture, readonly Target[]>> = {
  x64: [
    {
      name: 'avx512',
      flags: [
        ...['-mavx2', '-mfma', '-mavx512f', '-mavx512vl', '-mavx512bw', '-mavx512dq'],
        '-mprefer-vector-width=512',
      ],
    },
    { name: 'avx2', flags: ['-mavx2', '-mfma'] },
  ],
  arm64: [{ name: 'neon', flags: [] }],
};

/** The instruction sets of an architecture; none where the addon does not run. */
export function targetsOf(architecture: NodeJS.Architecture): readonly Target[] {
  return TARGETS[architecture] ?? [];
}

/**
 * Flags of every translation unit. Without contraction and without the liberties of -ffast-math, every compiler
 * computes the same bits.
 */
export const FLAGS: readonly string[] = [
  ...['-O3', '-std=c++17', '-fPIC', '-fvisibility=hidden', '-DNAPI_VERSION=8'],
  ...['-ffp-contract=off', '-fno-math-errno', '-fno-trapping-math'],
  ...['-Wall', '-Wextra', '-Werror'],
];

/** Flags of the kernels, which have no exceptions. */
export const KERNEL_FLAGS: readonly string[] = ['-fno-exceptions', '-fno-rtti'];

/** The translation units: those of the runtime, compiled once, and those of the kernels, once for each target. */
export function translationUnits(): { runtime: readonly string[]; kernels: readonly string[] } {
  return { runtime: sourcesIn('runtime', '.cc'), kernels: sourcesIn('kernels', '.cc') };
}

/** The text before the digest that every addon has in it. */
export const MARK = 'trainkit sources ';

/** A digest of everything that an addon is made from, for all platforms: the C++ sources and the compiler's flags. */
export function sourcesDigest(): string {
  const hash = createHash('sha256').update(JSON.stringify([FLAGS, KERNEL_FLAGS, TARGETS]));
  for (const folder of ['runtime', 'kernels']) {
    for (const extension of ['.cc', '.h']) {
      for (const path of sourcesIn(folder, extension)) {
        hash.update(path.slice(SOURCES.length)).update('\0').update(readFileSync(path)).update('\0');
      }
    }
  }
  return hash.digest('hex');
}

function sourcesIn(folder: string, extension: string): string[] {
  return readdirSync(join(SOURCES, folder))
    .filter((name) => name.endsWith(extension))
    .sort()
    .map((name) => join(SOURCES, folder, name));
}
