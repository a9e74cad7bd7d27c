import type { TFJSBinding } from '@tensorflow/tfjs-node/dist/tfjs_binding.js';

/** In float32 just below the 32 MiB up to which glibc lets itself be told. */
const ELEMENTS = 8_000_000;

/** The part of tfjs-node's addon that runs an op; tensors are numbers there. */
type OpRunner = Pick<
  TFJSBinding,
  'TF_ATTR_TYPE' | 'TF_ATTR_BOOL' | 'TF_FLOAT' | 'TF_INT32' | 'createTensor' | 'executeOp' | 'deleteTensor'
>;

const asked = new WeakSet<object>();

/**
 * Has the C library keep the memory that a training step frees for the next one. By the addon itself: TensorFlow.js may have
 * another backend by now, which somebody else selects.
 *
 * glibc gives unused memory back to the system where it is more than twice the largest block that was ever freed by
 * itself, and fetches it again page by page: a step of a network of 1.2 million parameters took 190 to 580 page faults, a
 * tenth of its time. A larger block, allocated and freed once, raises the limits: blocks below 32 MB stay with the process,
 * but for what is more than 64 MB at the end of an arena (there may be one for each thread). `Empty` writes nothing to the
 * block, so that it costs no memory itself. Limits that MALLOC_ variables set stay, and other C libraries take no notice.
 *
 * Where oneDNN's ops run (processors with instructions for neural networks, or `TF_ENABLE_ONEDNN_OPTS=1`), TensorFlow
 * allocates from a pool of its own, which keeps everything: a captured step has about one page fault and takes 7.2 ms, with
 * this call and without (2026-11-30). The block is then part of that pool, untouched as well.
 *
 * The manual of `mallopt`, at `M_MMAP_THRESHOLD`.
 */
export function keepFreedMemory(binding: OpRunner): void {
  if (process.platform !== 'linux' || asked.has(binding)) return;
  asked.add(binding);
  const attributes = [
    { name: 'dtype', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    { name: 'init', type: binding.TF_ATTR_BOOL, value: false },
  ];
  const shape = binding.createTensor([1], binding.TF_INT32, Int32Array.of(ELEMENTS));
  try {
    for (const { id } of binding.executeOp('Empty', attributes, [shape], 1)) binding.deleteTensor(id);
  } catch {
    // Where so much address space is not to be had, steps are slower, and everything works.
  } finally {
    binding.deleteTensor(shape);
  }
}
