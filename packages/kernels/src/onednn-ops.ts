/** Of these one is enough: TensorFlow then runs oneDNN's ops if it is not told otherwise. */
const FLAGS = ['avx512_vnni', 'avx512_bf16', 'avx_vnni', 'amx_tile', 'amx_int8', 'amx_bf16'];

/** What TensorFlow looks at when it is loaded. */
interface Machine {
  /** Of the variable `TF_ENABLE_ONEDNN_OPTS`. */
  setting: string | undefined;
  /** The text of Linux' `/proc/cpuinfo`, or null. */
  processors: string | null;
}

/**
 * Whether TensorFlow runs oneDNN's ops for its own, products among them: by the variable `TF_ENABLE_ONEDNN_OPTS`, else on
 * x86 processors under Linux that have instructions for neural networks; null where nothing is known of the processor.
 *
 * TensorFlow 2.9 to 2.18, `IsMKLEnabled` in tensorflow/core/util/util.cc.
 */
export function usesOnednnOps({ setting, processors }: Machine): boolean | null {
  const told = setting?.toLowerCase();
  if (told === '1' || told === 'true') return true;
  if (told === '0' || told === 'false') return false;
  const flags = /^flags\s*:(.*)$/m.exec(processors ?? '')?.[1]?.split(' ');
  return flags === undefined ? null : FLAGS.some((flag) => flags.includes(flag));
}

/** This machine. */
export function thisMachine(): Machine {
  const { existsSync, readFileSync } = process.getBuiltinModule('node:fs');
  const path = '/proc/cpuinfo';
  return {
    setting: process.env['TF_ENABLE_ONEDNN_OPTS'],
    processors: existsSync(path) ? readFileSync(path, 'utf8') : null,
  };
}
