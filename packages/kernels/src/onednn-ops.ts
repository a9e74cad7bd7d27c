/** Of these instructions one is enough: TensorFlow then runs oneDNN's ops if it is not told otherwise. */
const FLAGS = ['avx512_vnni', 'avx512_bf16', 'avx_vnni', 'amx_tile', 'amx_int8', 'amx_bf16'];

/** What TensorFlow looks at. */
interface Machine {
  /** Of the variable `TF_ENABLE_ONEDNN_OPTS`. */
  setting: string | undefined;
  /** The text of Linux' `/proc/cpuinfo`; null where there is none. */
  processors: string | null;
}

/**
 * Whether TensorFlow runs oneDNN's ops for its own, products among them: by the variable `TF_ENABLE_ONEDNN_OPTS`, else on
 * x86 processors under Linux that have instructions for neural networks; null where nothing is known of the processor.
 *
 * The trap: the variable counts as it is when the program starts. TensorFlow does not see what a worker thread sets.
 *
 * `DefaultOneDnnPolicy` and `IsMklEnabled` in TensorFlow's tensorflow/core/util/port.cc.
 */
export function usesOnednnOps({ setting, processors }: Machine): boolean | null {
  const explicit = setting?.toLowerCase();
  if (explicit === '1' || explicit === 'true') return true;
  if (explicit === '0' || explicit === 'false') return false;
  const flags = /^flags\s*:(.*)$/m.exec(processors ?? '')?.[1]?.split(' ');
  return flags === undefined ? null : FLAGS.some((flag) => flags.includes(flag));
}

/** This machine. */
export function thisMachine(): Machine {
  return { setting: process.env['TF_ENABLE_ONEDNN_OPTS'], processors: readProcessors('/proc/cpuinfo') };
}

/** The text of a file that is Linux' alone, and that a sandbox may forbid. */
export function readProcessors(path: string): string | null {
  try {
    return process.getBuiltinModule('node:fs').readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
