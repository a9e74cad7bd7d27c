import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { expected } from '@trainkit/checks';

/** A typed array that a kernel reads or writes; null stands for one that is left out. */
export type KernelArray = Float32Array | Int32Array | Uint8Array | null;

/** A kernel: runs on the first `numberCount` of the addon's numbers, and on the arrays. */
type NativeKernel = (numberCount: number, ...arrays: KernelArray[]) => void;

/** The exports of the addon's module. */
interface AddonModule {
  /** The numbers of the next call, written before it. */
  readonly numbers: Float64Array;
  /** The instruction sets that this processor has kernels for, the fastest first. */
  targets(): string[];
  /** The offset of the buffer's first byte whose address is a multiple of 64. */
  alignedOffset(buffer: ArrayBuffer): number;
  /** A function that runs kernel calls; `plan.h` says what it takes. */
  plan(
    memoryLength: number,
    arrays: readonly (readonly [type: number, length: number, offset: number])[],
    calls: readonly (readonly [kernel: string, arrays: Int32Array, numbers: Float64Array])[],
  ): (memory: Float32Array, arrays: readonly KernelArray[]) => void;
  /**
   * Chooses the instruction set and the number of threads; the first call of a process decides the
   * latter.
   */
  start(
    target: string,
    threads: number,
  ): { kernels: Record<string, NativeKernel>; checking: string[]; target: string; threads: number };
}

/** The addon, started. */
export interface Addon extends Pick<AddonModule, 'numbers' | 'plan'> {
  /** Returns an array at a multiple of 64 bytes, or undefined where there is no memory. */
  allocate(length: number): Float32Array | undefined;
  /** The kernels by name. */
  readonly kernels: ReadonlyMap<string, NativeKernel>;
  /** The names of the kernels that look at values, and refuse where these are not allowed. */
  readonly checking: ReadonlySet<string>;
  /** The instruction set that runs. */
  readonly target: string;
  /** The number of threads that share the work of a kernel. */
  readonly threads: number;
}

/**
 * The error of an environment variable whose value has no meaning: a mistake, not a machine without
 * the addon.
 */
export class NativeSettingError extends RangeError {
  override readonly name = 'NativeSettingError';
}

/** A line of the processor's cache, in bytes: no vector of a kernel crosses one. */
const ALIGNMENT = 64;

/**
 * Loads the addon at `path`.
 *
 * `$TRAINKIT_THREADS` sets the number of threads (default: the processors that this process may
 * use), and `$TRAINKIT_INSTRUCTIONS` the instruction set. No result depends on either.
 *
 * @throws where the file is no addon for this machine, or a variable has no meaning
 */
export function loadAddon(path: string): Addon {
  const addon = createRequire(import.meta.url)(path) as AddonModule;
  const { kernels, checking, target, threads } = addon.start(
    targetOf(process.env['TRAINKIT_INSTRUCTIONS'], addon.targets()),
    threadsOf(process.env['TRAINKIT_THREADS']),
  );
  return {
    numbers: addon.numbers,
    allocate: (length) => {
      try {
        const buffer = new ArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT + ALIGNMENT);
        return new Float32Array(buffer, addon.alignedOffset(buffer), length);
      } catch (error) {
        if (error instanceof RangeError) return undefined;
        throw error;
      }
    },
    plan: (...description) => addon.plan(...description),
    kernels: new Map(Object.entries(kernels)),
    checking: new Set(checking),
    target,
    threads,
  };
}

/** The instruction set that the variable names, or the fastest. */
function targetOf(variable: string | undefined, targets: readonly string[]): string {
  const [fastest] = targets;
  if (fastest === undefined) {
    throw new Error(
      'native: this processor lacks AVX2 or FMA, which the addon needs. Use the backend wasm, as useFastestBackend of ' +
        '@trainkit/backend does.',
    );
  }
  if (variable === undefined || variable === '') return fastest;
  if (targets.includes(variable)) return variable;
  const meant = targets.find((target) => target === variable.toLowerCase());
  throw new NativeSettingError(
    expected(
      'native',
      '$TRAINKIT_INSTRUCTIONS',
      variable,
      `${targets.join(' or ')}, or nothing for the fastest`,
      meant === undefined ? '' : `Write ${meant}.`,
    ),
  );
}

function threadsOf(variable: string | undefined): number {
  if (variable === undefined || variable === '') return availableParallelism();
  const threads = Number(variable);
  if (!Number.isInteger(threads) || threads < 1 || threads > 64) {
    const expectation = 'a whole number from 1 to 64';
    throw new NativeSettingError(expected('native', '$TRAINKIT_THREADS', variable, expectation));
  }
  return threads;
}
