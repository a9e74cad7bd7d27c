import type { TFJSBinding } from '@tensorflow/tfjs-node/dist/tfjs_binding.js';

/** The size of the block in float32, just below glibc's limit of 32 MiB. */
const ELEMENTS = 8_000_000;

/** The part of tfjs-node's addon that runs an op; it identifies tensors by numbers. */
type OpRunner = Pick<
  TFJSBinding,
  'TF_ATTR_TYPE' | 'TF_ATTR_BOOL' | 'TF_FLOAT' | 'TF_INT32' | 'createTensor' | 'executeOp' | 'deleteTensor'
>;

const asked = new WeakSet<object>();

/**
 * Makes the C library keep the memory that a training step frees, for the next step. The block is
 * allocated through the addon itself, since another backend of TensorFlow.js may be active by now.
 *
 * glibc returns unused memory to the system if it is more than twice the largest block that was
 * freed so far, and requests it again page by page, which took a tenth of a step. Allocating and
 * freeing a larger block once raises the limits: blocks below 32 MB stay with the process, except
 * for more than 64 MB at the end of an arena (there may be one for each thread). `Empty` does not
 * write to the block, so it uses no physical memory. Limits set by MALLOC_ variables stay, and
 * other C libraries ignore the call.
 *
 * Where oneDNN's ops run (processors with instructions for neural networks, or
 * `TF_ENABLE_ONEDNN_OPTS=1`), TensorFlow allocates from its own pool, which keeps everything. The
 * call makes no difference there: the block is then an unused part of the pool.
 *
 * See the manual of `mallopt`, at `M_MMAP_THRESHOLD`.
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
    // If the address space is too small, steps are slower, but everything works.
  } finally {
    binding.deleteTensor(shape);
  }
}
