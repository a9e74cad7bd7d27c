import { closeSync, openSync, readSync } from 'node:fs';

/** An instruction set that the kernels are compiled for. */
export interface Target {
  /** The name, as the sources have it. */
  name: 'avx512' | 'avx2' | 'neon';
  /** The compiler's flags. */
  flags: readonly string[];
  /** The names that Linux has for what the kernels need of a processor. */
  needs: readonly string[];
}

/** The instruction sets of each architecture, the fastest first. */
const TARGETS: Partial<Record<NodeJS.Architecture, readonly Target[]>> = {
  x64: [
    {
      name: 'avx512',
      flags: [
        ...['-mavx2', '-mfma', '-mavx512f', '-mavx512vl', '-mavx512bw', '-mavx512dq'],
        '-mprefer-vector-width=512',
      ],
      needs: ['avx2', 'fma', 'avx512f', 'avx512vl', 'avx512bw', 'avx512dq'],
    },
    { name: 'avx2', flags: ['-mavx2', '-mfma'], needs: ['avx2', 'fma'] },
  ],
  arm64: [{ name: 'neon', flags: [], needs: [] }],
};

/** The instruction sets of an architecture; none where the addon does not run. */
export function targetsOf(architecture: NodeJS.Architecture): readonly Target[] {
  return TARGETS[architecture] ?? [];
}

/**
 * The instruction sets that an addon for this machine alone is compiled for: the fastest that the
 * processor has, and the one that `$TRAINKIT_INSTRUCTIONS` names; none where the processor has
 * none. All of the architecture where `$TRAINKIT_TARGETS` is `all`, or where the operating system
 * does not list what the processor has.
 *
 * @param features what the processor has, as Linux lists it; undefined where that is unknown
 */
export function ownTargets(
  features: ReadonlySet<string> | undefined = processorFeatures(),
): readonly Target[] {
  const all = targetsOf(process.arch);
  if (features === undefined || process.env['TRAINKIT_TARGETS'] === 'all') return all;
  const fastest = all.find(({ needs }) => needs.every((feature) => features.has(feature)));
  if (fastest === undefined) return [];
  return all.filter((target) => target === fastest || target.name === process.env['TRAINKIT_INSTRUCTIONS']);
}

/** The features of the first processor, by Linux' names; undefined on other systems. */
function processorFeatures(): ReadonlySet<string> | undefined {
  const flags = /^flags\s*:(.*)$/m.exec(readStart('/proc/cpuinfo'))?.[1];
  return flags === undefined ? undefined : new Set(flags.trim().split(/\s+/));
}

/**
 * The first 16 kB of a file, which may have some for each of 256 processors; nothing where there is
 * none.
 */
function readStart(path: string): string {
  try {
    const file = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(16 * 1024);
      return bytes.toString('utf8', 0, readSync(file, bytes));
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}
