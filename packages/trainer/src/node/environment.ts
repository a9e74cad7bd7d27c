import { readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { engine, version_core } from '@tensorflow/tfjs-core';

/**
 * The factors that decide the last bits of a computation beside the program, as plain JSON, for the
 * record of a run.
 */
export interface NumericEnvironment {
  /** The name of the TensorFlow.js backend. */
  backend: string;
  /** The version of TensorFlow.js. */
  tfjs: string;
  /** The version of TensorFlow's library, on tfjs-node. */
  libtensorflow?: string | undefined;
  /**
   * The number of threads that one operation may use, on tfjs-node; another number adds in another
   * order.
   */
  threads?: number | undefined;
  /** The version of Node, whose engine computes schedules and the cpu backend. */
  node: string;
  /** The processor's architecture, such as `x64`. */
  arch: string;
  /** The processor's model. */
  cpu: string;
  /**
   * The instruction sets of the processor that affect the choice of kernels, such as `avx2`; empty
   * if the system does not list them.
   */
  cpuFlags: Readonly<Record<string, true>>;
  /** The environment variables that select other kernels or another order of sums, if set. */
  variables: Readonly<Record<string, string>>;
}

/** Variables of oneDNN, TensorFlow, OpenMP and the C library that change rounding. */
const VARIABLES: readonly string[] = [
  'TF_ENABLE_ONEDNN_OPTS',
  'TF_DISABLE_MKL',
  'TF_NUM_INTRAOP_THREADS',
  'TF_NUM_INTEROP_THREADS',
  'TF_XLA_FLAGS',
  'XLA_FLAGS',
  'ONEDNN_MAX_CPU_ISA',
  'DNNL_MAX_CPU_ISA',
  'ONEDNN_CPU_ISA_HINTS',
  'DNNL_CPU_ISA_HINTS',
  'ONEDNN_DEFAULT_FPMATH_MODE',
  'DNNL_DEFAULT_FPMATH_MODE',
  'OMP_NUM_THREADS',
  'GLIBC_TUNABLES',
];

/** The flags of /proc/cpuinfo that affect the choice of kernels, on x64 and on arm64. */
const FLAG = /^(sse4_1|sse4_2|ssse3|avx\w*|fma|f16c|amx\w*|asimd\w*|sve\w*|sme\w*|bf16|i8mm|fphp)$/;

/**
 * Returns the factors that decide the last bits of a computation in this process; the same program
 * may round differently elsewhere.
 *
 * A `runFolder` stores it in `environment.json` and warns if a run is resumed in another
 * environment.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { numericEnvironment } from '@trainkit/trainer/node';
 *
 * await tf.setBackend('cpu');
 * const { backend, tfjs } = numericEnvironment();
 * console.log(backend, tfjs); // → cpu 4.22.0
 * ```
 */
export function numericEnvironment(): NumericEnvironment {
  const backend = engine().backendName ?? 'none';
  const libtensorflow = backend === 'tensorflow' ? libraryVersion() : undefined;
  const set = VARIABLES.flatMap((name): [string, string][] => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return {
    backend,
    tfjs: version_core,
    ...(libtensorflow === undefined ? {} : { libtensorflow }),
    ...(backend === 'tensorflow'
      ? { threads: Number(process.env['TF_NUM_INTRAOP_THREADS']) || availableParallelism() }
      : {}),
    node: process.version,
    arch: process.arch,
    cpu: cpus()[0]?.model ?? 'unknown',
    cpuFlags: cpuFlags(),
    variables: Object.fromEntries(set),
  };
}

/** The version of the library, which tfjs-node's backend reads from its addon. */
function libraryVersion(): string | undefined {
  const binding: unknown = Reflect.get(engine().backend, 'binding');
  const version: unknown =
    typeof binding === 'object' && binding !== null ? Reflect.get(binding, 'TF_Version') : undefined;
  return typeof version === 'string' ? version : undefined;
}

function cpuFlags(): Record<string, true> {
  try {
    const line = /^(flags|Features)\s*:\s*(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[2] ?? '';
    const flags = line.split(/\s+/).filter((flag) => FLAG.test(flag));
    return Object.fromEntries(flags.sort().map((flag) => [flag, true as const]));
  } catch {
    // Only Linux has the file; elsewhere the processor's model must suffice.
    return {};
  }
}
