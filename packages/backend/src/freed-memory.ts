import type * as Tf from '@tensorflow/tfjs';

/** The part of tfjs-node's backend that runs an op. */
interface NativeBackend {
  binding: { TF_ATTR_TYPE: number; TF_ATTR_BOOL: number; TF_FLOAT: number };
  executeSingleOutput(
    op: string,
    attributes: readonly { name: string; type: number; value: number | boolean }[],
    inputs: readonly Tf.Tensor[],
  ): Tf.Tensor;
}

/** In float32 just below the 32 MiB up to which glibc lets itself be told. */
const ELEMENTS = 8_000_000;

const asked = new WeakSet<object>();

/**
 * Has the C library keep the memory that a training step frees for the next one. The active backend is to be tfjs-node's.
 *
 * glibc gives unused memory back to the system where it is more than twice the largest block that was ever freed by
 * itself, and fetches it again page by page: a step of a network of 1.2 million parameters took 190 to 580 page faults, a
 * tenth of its time. A larger block, allocated and freed once, raises the limits: blocks below 32 MB stay with the process,
 * and each of malloc's arenas (there may be one for each thread) keeps up to 64 MB at its end. `Empty` writes nothing to the
 * block, so that it costs no memory itself. Limits that MALLOC_ variables set stay, and other C libraries take no notice.
 *
 * The manual of `mallopt`, at `M_MMAP_THRESHOLD`.
 */
export function keepFreedMemory(tf: typeof Tf): void {
  const backend = tf.backend() as unknown as NativeBackend;
  if (process.platform !== 'linux' || asked.has(backend)) return;
  asked.add(backend);
  const { TF_ATTR_TYPE, TF_ATTR_BOOL, TF_FLOAT } = backend.binding;
  const attributes = [
    { name: 'dtype', type: TF_ATTR_TYPE, value: TF_FLOAT },
    { name: 'init', type: TF_ATTR_BOOL, value: false },
  ];
  const shape = tf.tensor1d([ELEMENTS], 'int32');
  try {
    backend.executeSingleOutput('Empty', attributes, [shape]).dispose();
  } catch {
    // Where so much address space is not to be had, steps are slower, and everything works.
  } finally {
    shape.dispose();
  }
}
