/** The instructions of which one suffices for TensorFlow to run oneDNN's ops by default. */
const FLAGS = ['avx512_vnni', 'avx512_bf16', 'avx_vnni', 'amx_tile', 'amx_int8', 'amx_bf16'];

/** The facts on which TensorFlow bases its decision. */
interface Machine {
  /** The value of the variable `TF_ENABLE_ONEDNN_OPTS`. */
  setting: string | undefined;
  /** The text of `/proc/cpuinfo` on Linux; null elsewhere. */
  processors: string | null;
}

/**
 * True if TensorFlow runs oneDNN's ops instead of its own, including products. The variable
 * `TF_ENABLE_ONEDNN_OPTS` decides; without it, they run on x86 processors under Linux that have
 * instructions for neural networks. Null if the processor is not known.
 *
 * The trap: the value of the variable at the start of the program is used. TensorFlow does not see
 * a change by a worker thread.
 *
 * Source: `DefaultOneDnnPolicy` and `IsMklEnabled` in TensorFlow's tensorflow/core/util/port.cc.
 */
export function usesOnednnOps({ setting, processors }: Machine): boolean | null {
  const explicit = setting?.toLowerCase();
  if (explicit === '1' || explicit === 'true') return true;
  if (explicit === '0' || explicit === 'false') return false;
  const flags = /^flags\s*:(.*)$/m.exec(processors ?? '')?.[1]?.split(' ');
  return flags === undefined ? null : FLAGS.some((flag) => flags.includes(flag));
}

/** The facts about this machine. */
export function thisMachine(): Machine {
  return { setting: process.env['TF_ENABLE_ONEDNN_OPTS'], processors: readProcessors('/proc/cpuinfo') };
}

/** The text of a file that only Linux has, and that a sandbox may forbid; null without it. */
export function readProcessors(path: string): string | null {
  try {
    return process.getBuiltinModule('node:fs').readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
